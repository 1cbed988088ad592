using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Schemas that judge the same value: "$ref", "allOf", "anyOf", "oneOf", "not" and "if". Each reads the value again.</summary>
internal sealed class InPlaceRules
{
    /// <summary>"$ref" and the branches of "allOf": all must pass.</summary>
    public List<SchemaNode> All { get; } = [];

    public SchemaNode[]? Any { get; set; }

    public SchemaNode[]? One { get; set; }

    public SchemaNode? Not { get; set; }

    public SchemaNode? If { get; set; }

    public SchemaNode? Then { get; set; }

    public SchemaNode? Else { get; set; }

    public bool IsEmpty => All.Count == 0 && Any is null && One is null && Not is null && If is null;

    public IEnumerable<SchemaNode> Schemas() =>
        All.Concat(Any ?? []).Concat(One ?? []).Concat(new[] { Not, If, Then, Else }.OfType<SchemaNode>());

    /// <summary>The reader is a copy; the caller's stays on the value's first token.</summary>
    public bool Check(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        foreach (var schema in All)
        {
            var copy = reader;
            if (!schema.Check(ref copy, ref run, consume: false))
            {
                return false;
            }
        }

        return CheckAny(reader, ref run)
            && CheckOne(reader, ref run)
            && CheckNot(reader, ref run)
            && CheckIf(reader, ref run);
    }

    private bool CheckAny(Utf8JsonReader reader, ref SchemaRun run)
    {
        if (Any is null)
        {
            return true;
        }

        foreach (var schema in Any)
        {
            if (Probe(schema, reader, ref run))
            {
                return true;
            }
        }

        return run.Fail("anyOf", "must match at least one of the schema's alternatives");
    }

    private bool CheckOne(Utf8JsonReader reader, ref SchemaRun run)
    {
        if (One is null)
        {
            return true;
        }

        var passed = 0;
        foreach (var schema in One)
        {
            passed += Probe(schema, reader, ref run) ? 1 : 0;
        }

        return (passed == 1 && !run.Aborted) || run.Fail("oneOf", "must match exactly one of the schema's alternatives");
    }

    private bool CheckNot(Utf8JsonReader reader, ref SchemaRun run)
    {
        if (Not is null)
        {
            return true;
        }

        var passed = Probe(Not, reader, ref run);
        return (!passed && !run.Aborted) || run.Fail("not", "must not match what the schema excludes");
    }

    private bool CheckIf(Utf8JsonReader reader, ref SchemaRun run)
    {
        if (If is null)
        {
            return true;
        }

        var branch = Probe(If, reader, ref run) ? Then : Else;
        return !run.Aborted && (branch is null || branch.Check(ref reader, ref run, consume: false));
    }

    /// <summary>False also when the run was aborted, which callers that take false for good news must look at.</summary>
    private static bool Probe(SchemaNode schema, Utf8JsonReader reader, ref SchemaRun run)
    {
        if (run.Aborted)
        {
            return false;
        }

        run.BeginProbe();
        var passed = schema.Check(ref reader, ref run, consume: false);
        run.EndProbe();
        return passed && !run.Aborted;
    }
}

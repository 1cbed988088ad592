using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Schemas that judge the same value: references, "allOf", "anyOf", "oneOf", "not" and "if". Each reads the value again.</summary>
internal sealed class InPlaceRules
{
    /// <summary>"$ref" and the branches of "allOf": all must pass.</summary>
    public List<SchemaNode> All { get; } = [];

    /// <summary>"$dynamicRef".</summary>
    public DynamicReference[] Dynamic { get; set; } = [];

    public SchemaNode[]? Any { get; set; }

    public SchemaNode[]? One { get; set; }

    public SchemaNode? Not { get; set; }

    public SchemaNode? If { get; set; }

    public SchemaNode? Then { get; set; }

    public SchemaNode? Else { get; set; }

    public bool IsEmpty => All.Count == 0 && Dynamic.Length == 0 && Any is null && One is null && Not is null && If is null;

    /// <summary>Those that are known before a run.</summary>
    public IEnumerable<SchemaNode> Schemas() =>
        All.Concat(Dynamic.Where(reference => reference.Targets.Length == 0).Select(reference => reference.Initial))
            .Concat(Any ?? [])
            .Concat(One ?? [])
            .Concat(new[] { Not, If, Then, Else }.OfType<SchemaNode>());

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

        return CheckDynamic(ref reader, ref run)
            && CheckAny(ref reader, ref run)
            && CheckOne(ref reader, ref run)
            && CheckNot(ref reader, ref run)
            && CheckIf(ref reader, ref run);
    }

    private bool CheckDynamic(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        foreach (var reference in Dynamic)
        {
            var copy = reader;
            if (!reference.Resolve(ref run).Check(ref copy, ref run, consume: false))
            {
                return false;
            }
        }

        return true;
    }

    private bool CheckAny(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        if (Any is null)
        {
            return true;
        }

        var passed = false;
        foreach (var schema in Any)
        {
            passed |= run.Probe(schema, reader);
            // Every branch that passes has its say in what is evaluated, if somebody asks.
            if (passed && !run.Evaluated.Current.IsActive)
            {
                return true;
            }
        }

        return (passed && !run.Aborted) || run.Fail("anyOf", "must match at least one of the schema's alternatives");
    }

    private bool CheckOne(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        if (One is null)
        {
            return true;
        }

        var passed = 0;
        foreach (var schema in One)
        {
            passed += run.Probe(schema, reader) ? 1 : 0;
        }

        return (passed == 1 && !run.Aborted) || run.Fail("oneOf", "must match exactly one of the schema's alternatives");
    }

    private bool CheckNot(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        if (Not is null)
        {
            return true;
        }

        // Whatever is evaluated under "not" counts for nobody outside.
        var outer = run.Evaluated.Suspend();
        var passed = run.Probe(Not, reader);
        run.Evaluated.Current = outer;
        return (!passed && !run.Aborted) || run.Fail("not", "must not match what the schema excludes");
    }

    private bool CheckIf(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        if (If is null)
        {
            return true;
        }

        var branch = run.Probe(If, reader) ? Then : Else;
        if (run.Aborted || branch is null)
        {
            return !run.Aborted;
        }

        var copy = reader;
        return branch.Check(ref copy, ref run, consume: false);
    }
}

using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>"contains" with its bounds.</summary>
internal sealed class ContainsRule(SchemaNode schema, int min, int max)
{
    /// <summary>Whether another item must be looked at, given how many have matched.</summary>
    public bool Wants(int matches) => matches < min || max < int.MaxValue;

    /// <summary>Judges one item on a copy of the reader; false also when the run was aborted.</summary>
    public bool Matches(Utf8JsonReader reader, ref SchemaRun run) => run.Probe(schema, reader);

    public bool TooMany(int matches, ref SchemaRun run) =>
        matches > max && !run.Fail("maxContains", "must contain at most {0} items of the kind the schema names", max);

    public bool Enough(int matches, ref SchemaRun run) =>
        matches >= min || run.Fail(min == 1 ? "contains" : "minContains", "must contain at least {0} items of the kind the schema names", min);
}

using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>The values of "enum", or the one of "const". Strings are looked up; the rest is compared one by one.</summary>
internal sealed class ValueSet(string keyword, NameTable strings, IReadOnlyList<ReadOnlyMemory<byte>> others)
{
    private readonly string _message = string.Equals(keyword, "const", StringComparison.Ordinal) ? "must have the value the schema prescribes" : "must be one of the values the schema lists";

    /// <summary>Leaves the reader where it is.</summary>
    public bool Check(ref Utf8JsonReader reader, ref SchemaRun run) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
            ? strings.Find(ref reader) >= 0 || run.Fail(keyword, _message)
            : CheckOthers(ref reader, ref run);

    private bool CheckOthers(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        for (var i = 0; i < others.Count; i++)
        {
            var candidate = new Utf8JsonReader(others[i].Span);
            candidate.Read();
            var instance = reader;
            if (JsonEquality.AreEqual(ref instance, ref candidate, ref run))
            {
                return true;
            }

            if (run.Aborted)
            {
                return false;
            }
        }

        return run.Fail(keyword, _message);
    }
}

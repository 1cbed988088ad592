using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Audit;

namespace Platform.Api.Audit;

/// <summary>Events as files that people keep or open elsewhere.</summary>
internal static class AuditFiles
{
    private static readonly string[] Members = ["at", "class", "action", "outcome", "principal", "credential", "target", "transport", "address", "arguments", "counted", "correlation", "durationUs"];

    /// <summary>What makes a spreadsheet take a cell for a formula (IN-5), the full-width forms included.</summary>
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    /// <summary>One object to a line, with the record as it was hashed.</summary>
    public static string JsonLines(IEnumerable<AuditEventView> events)
    {
        var text = new StringBuilder();
        foreach (var entry in events)
        {
            text.Append(JsonLine(entry)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Records hold no line breaks: they are canonical JSON.</summary>
    public static string JsonLine(AuditEventView entry) => string.Create(CultureInfo.InvariantCulture, $"{{\"sequence\":{entry.Sequence},\"hash\":\"{entry.Hash}\",\"event\":{Record(entry).GetRawText()}}}");

    /// <summary>The record as an object. One that somebody made unreadable is shown as text: it hides no other, and the verifier names it.</summary>
    public static JsonElement Record(AuditEventView entry)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(entry.Record);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(entry.Record);
        }
    }

    /// <summary>RFC 4180; every cell is quoted, and one that a spreadsheet would compute is led by an apostrophe.</summary>
    public static string Csv(IEnumerable<AuditEventView> events)
    {
        var text = new StringBuilder("sequence,").AppendJoin(',', Members).Append(",hash\r\n");
        foreach (var entry in events)
        {
            var record = Record(entry);
            text.Append(CultureInfo.InvariantCulture, $"{entry.Sequence}");
            foreach (var member in Members)
            {
                text.Append(',');
                if (record.ValueKind == JsonValueKind.Object && record.TryGetProperty(member, out var value))
                {
                    Cell(text, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
                }
            }

            text.Append(',').Append(entry.Hash).Append("\r\n");
        }

        return text.ToString();
    }

    private static void Cell(StringBuilder text, string value)
    {
        text.Append('"');
        if (value.AsSpan().TrimStart(' ') is { Length: > 0 } seen && Formula.Contains(seen[0]))
        {
            text.Append('\'');
        }

        text.Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}

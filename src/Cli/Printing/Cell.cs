using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Terminals;

namespace Platform.Cli.Printing;

/// <summary>A value as a table shows it: on one line, not too long, and harmless to a terminal.</summary>
internal static class Cell
{
    public const string Nothing = "-";
    private const int Widest = 80;
    private const int Places = 3;

    /// <param name="row">Of a list.</param>
    /// <param name="path">Names of members, with a dot between them.</param>
    public static string Of(JsonNode? row, string path)
    {
        foreach (var name in path.Split('.'))
        {
            row = (row as JsonObject)?[name];
        }

        return Of(row, Widest);
    }

    public static string Of(JsonNode? value, int widest = int.MaxValue) => PlainText.Clean(Text(value), widest);

    private static string Text(JsonNode? value) => value switch
    {
        null => Nothing,
        JsonArray { Count: 0 } or JsonObject { Count: 0 } => Nothing,
        JsonArray items => string.Join(items.All(item => item is JsonValue) ? ", " : "; ", items.Select(Text)),
        JsonObject members => string.Join(' ', members.Select(member => $"{member.Key}={Text(member.Value)}")),
        JsonValue when value.GetValueKind() == JsonValueKind.String => Moment(value.GetValue<string>()),
        JsonValue when value.GetValueKind() == JsonValueKind.True => "yes",
        JsonValue when value.GetValueKind() == JsonValueKind.False => "no",
        JsonValue when value.GetValueKind() == JsonValueKind.Number => Number(JsonText.WriteLine(value)),
        _ => JsonText.WriteLine(value),
    };

    /// <summary>Three places of a fraction, all where these would be nothing: nobody reads the rest in a table. What has fewer stays as it was written.</summary>
    private static string Number(string text)
    {
        if (text.IndexOf('.', StringComparison.Ordinal) is var point && (point < 0 || text.Length - point - 1 <= Places)
            || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return text;
        }

        var rounded = decimal.Round(number, Places);
        return rounded == 0 ? text : rounded.ToString("0.###", CultureInfo.InvariantCulture);
    }

    /// <summary>Times to the second: nobody reads the rest in a table.</summary>
    private static string Moment(string text) =>
        text.Length is > 19 and < 40 && text[10] == 'T' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
            ? at.ToString("u", CultureInfo.InvariantCulture)
            : text.Length == 0 ? Nothing : text;
}

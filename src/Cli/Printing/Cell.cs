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
        _ => JsonText.WriteLine(value),
    };

    /// <summary>Times to the second: nobody reads the rest in a table.</summary>
    private static string Moment(string text) =>
        text.Length is > 19 and < 40 && text[10] == 'T' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
            ? at.ToString("u", CultureInfo.InvariantCulture)
            : text.Length == 0 ? Nothing : text;
}

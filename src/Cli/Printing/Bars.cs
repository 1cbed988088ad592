using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Cli.Terminals;

namespace Platform.Cli.Printing;

/// <summary>A chart of text: a row for each number, with a bar that is as long as its share of the greatest.</summary>
internal static class Bars
{
    private const int Widest = 40;

    /// <param name="items">A row each.</param>
    /// <param name="name">Member that names the row.</param>
    /// <param name="value">Member with the number; a row without one has no bar.</param>
    /// <param name="remark">What stands behind a row's number.</param>
    public static string Of(JsonArray items, string name, string value, Func<JsonNode?, string>? remark = null)
    {
        var rows = items.Select(item => (Name: Cell.Of(item, name), Value: Number(item, value), Remark: PlainText.Clean(remark?.Invoke(item) ?? ""))).ToArray();
        var most = rows.Select(row => row.Value ?? 0).DefaultIfEmpty().Max();
        var names = rows.Select(row => row.Name.Length).DefaultIfEmpty().Max();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendLine($"{row.Name.PadRight(names)}  {new string('#', Length(row.Value, most)).PadRight(Widest)}  {Told(row.Value)}{row.Remark}".TrimEnd());
        }

        return text.ToString();
    }

    /// <summary>What is there has a bar, however small it is.</summary>
    private static int Length(double? value, double most) => value is > 0 && most > 0 ? Math.Clamp((int)Math.Round(Widest * (value.Value / most)), 1, Widest) : 0;

    private static string Told(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? Cell.Nothing;

    private static double? Number(JsonNode? item, string member) =>
        item is JsonObject row && row[member] is JsonValue node && node.TryGetValue(out double number) && double.IsFinite(number) ? number : null;
}

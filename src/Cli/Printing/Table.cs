using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Cli.Printing;

/// <summary>Columns of text, as wide as their widest cell.</summary>
internal static class Table
{
    /// <param name="items">A row each.</param>
    /// <param name="columns">Members, each by its path, with spaces between them.</param>
    public static string Of(IEnumerable<JsonNode?> items, string columns)
    {
        var paths = columns.Split(' ');
        string[] head = [.. paths.Select(path => path.Split('.')[^1].ToUpperInvariant())];
        var rows = items.Select(item => paths.Select(path => Cell.Of(item, path)).ToArray()).Prepend(head).ToArray();
        var widths = paths.Select((_, at) => rows.Max(row => row[at].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, at) => cell.PadRight(widths[at]))).TrimEnd());
        }

        return text.ToString();
    }

    /// <summary>One thing, a member to a line; what is within a member by its path.</summary>
    public static string Of(JsonObject thing)
    {
        var rows = Rows("", thing).ToArray();
        var width = rows.Length == 0 ? 0 : rows.Max(row => row.Name.Length);
        return string.Concat(rows.Select(row => $"{row.Name.PadRight(width)}  {row.Value}\n"));
    }

    private static IEnumerable<(string Name, string Value)> Rows(string name, JsonNode? value) => value switch
    {
        JsonObject { Count: > 0 } members => members.SelectMany(member => Rows(Cell.Of(JsonValue.Create(name.Length == 0 ? member.Key : $"{name}.{member.Key}")), member.Value)),
        JsonArray items when items.Any(item => item is JsonObject or JsonArray) => items.SelectMany((item, at) => Rows($"{name}[{at}]", item)),
        _ => name.Length == 0 ? [] : [(name, Cell.Of(value))],
    };
}

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

    /// <summary>One thing, a member to a line.</summary>
    public static string Of(JsonObject thing)
    {
        var width = thing.Count == 0 ? 0 : thing.Max(member => member.Key.Length);
        return string.Concat(thing.Select(member => $"{Cell.Of(JsonValue.Create(member.Key)).PadRight(width)}  {Cell.Of(member.Value)}\n"));
    }
}

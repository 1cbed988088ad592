using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Printing;

namespace Platform.Cli.Configurations;

/// <summary>
/// Changes as people read them: a line for each object, its fields below it. Values are JSON on one line, so that nothing that a stranger wrote looks like a line or a mark of ours.
/// </summary>
internal static class ConfigurationDiff
{
    /// <summary>No JSON is written so.</summary>
    private const string None = "(none)";
    private const int Short = 60;
    private const int Longest = 500;

    public static string Of(IEnumerable<JsonObject> changes)
    {
        var text = new StringBuilder();
        foreach (var change in changes)
        {
            var (kind, name, action) = (ConfigurationChanges.Text(change, "kind"), ConfigurationChanges.Text(change, "name"), ConfigurationChanges.Text(change, "action"));
            text.Append(action switch { "create" => '+', "update" => '~', "delete" => '-', _ => '?' }).Append(' ').Append(Sentence.Word(kind));
            text.Append(name.Length == 0 ? "" : $" {Sentence.Word(name)}").Append('\n');
            foreach (var (field, values) in change["fields"] as JsonObject ?? [])
            {
                Field(text, action, Sentence.Word(field), values as JsonObject ?? []);
            }

            if (change["problem"] is JsonObject problem)
            {
                Problem(text, problem);
            }
        }

        return text.ToString();
    }

    private static void Field(StringBuilder text, string action, string field, JsonObject values)
    {
        var (before, after) = (Value(values["before"]), Value(values["after"]));
        if (action is "create" or "delete")
        {
            text.Append(CultureInfo.InvariantCulture, $"    {field}: {(action == "create" ? after : before)}\n");
        }
        else if (Items(values["before"], values["after"]) is var (gone, come))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {field}:\n");
            Lines(text, '-', gone);
            Lines(text, '+', come);
        }
        else if (before.Length + after.Length <= Short)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {field}: {before} -> {after}\n");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"    {field}:\n");
            Lines(text, '-', [before]);
            Lines(text, '+', [after]);
        }
    }

    /// <summary>The items that two lists differ in; null where they are no lists, or the order alone differs.</summary>
    private static (IReadOnlyList<string> Gone, IReadOnlyList<string> Come)? Items(JsonNode? before, JsonNode? after)
    {
        if (before is not JsonArray was || after is not JsonArray becomes)
        {
            return null;
        }

        var (gone, come) = (new List<string>(), becomes.Select(JsonText.WriteLine).ToList());
        gone.AddRange(was.Select(JsonText.WriteLine).Where(item => !come.Remove(item)));
        return gone.Count + come.Count == 0 ? null : ([.. gone.Select(Bounded)], [.. come.Select(Bounded)]);
    }

    private static void Lines(StringBuilder text, char mark, IReadOnlyList<string> values)
    {
        foreach (var value in values)
        {
            text.Append(CultureInfo.InvariantCulture, $"      {mark} {value}\n");
        }
    }

    private static void Problem(StringBuilder text, JsonObject problem)
    {
        var (title, detail, code) = (ConfigurationChanges.Text(problem, "title"), ConfigurationChanges.Text(problem, "detail"), ConfigurationChanges.Text(problem, "code"));
        text.Append(CultureInfo.InvariantCulture, $"    not done, {Sentence.Word(code)}: {Sentence.Word(detail.Length > 0 ? detail : title)}\n");
        foreach (var (name, messages) in problem["errors"] as JsonObject ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"      {Sentence.Word(name)}: {Value(messages)}\n");
        }
    }

    private static string Value(JsonNode? value) => value is null ? None : Bounded(JsonText.WriteLine(value));

    private static string Bounded(string value) =>
        value.Length <= Longest ? value : string.Create(CultureInfo.InvariantCulture, $"{value.AsSpan(0, Longest)}… ({value.Length - Longest} more characters: -o json has all)");
}

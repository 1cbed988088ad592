using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;

namespace Platform.Cli.Configurations;

/// <summary>What the server says that a document changes, or changed. Only what it calls applied counts as done.</summary>
internal sealed class ConfigurationChanges
{
    private readonly IReadOnlyList<JsonObject> _all;

    private ConfigurationChanges(IReadOnlyList<JsonObject> all) => _all = all;

    /// <summary>All but what is as it should be.</summary>
    public IReadOnlyList<JsonObject> Pending => [.. _all.Where(change => Text(change, "action") != "unchanged")];

    /// <summary>Pending, and not made.</summary>
    public int Failed => Pending.Count(change => !IsApplied(change));

    public static Outcome<ConfigurationChanges> Of(JsonNode? answer)
    {
        if ((answer as JsonObject)?["changes"] is not JsonArray changes)
        {
            return new Refusal(ExitCode.Refused, "The answer tells no changes. Does the server have this version of the API?");
        }

        var all = changes.OfType<JsonObject>().ToList();
        return all.Count == changes.Count ? new ConfigurationChanges(all) : new Refusal(ExitCode.Refused, "The answer has changes of a form that is not known.");
    }

    /// <summary>What is taken away because the document does not name it: what is deleted, and the roles of members.</summary>
    public IReadOnlyList<JsonObject> Pruned(JsonObject document)
    {
        var named = document["members"] as JsonObject ?? [];
        return [.. Pending.Where(change => Text(change, "action") is not ("create" or "update") || (Text(change, "kind") == "member" && !named.ContainsKey(Text(change, "name"))))];
    }

    /// <summary>What would be done.</summary>
    public string Planned => $"to create {Count("create")}, to update {Count("update")}, to delete {Count("delete")}, unchanged {Count("unchanged")}";

    /// <summary>What was done: what failed is in no other number.</summary>
    public string Done => $"created {Made("create")}, updated {Made("update")}, deleted {Made("delete")}, unchanged {Count("unchanged")}, failed {Failed}";

    /// <summary>Empty where there is no such text.</summary>
    public static string Text(JsonObject change, string name) => change[name] is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private int Count(string action) => _all.Count(change => Text(change, "action") == action);

    private int Made(string action) => _all.Count(change => Text(change, "action") == action && IsApplied(change));

    private static bool IsApplied(JsonObject change) => Text(change, "outcome") == "applied";
}

using System.Globalization;
using System.Text.Json;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Audit;

/// <summary>What a row shows of an audit record. Records outlive consoles: an absent or strange member reads as null, never as a failure.</summary>
internal sealed record AuditLine(DateTimeOffset? At, string Class, string Action, string Outcome, string? Principal, string? Target, string? Correlation)
{
    private const string Changed = "changes";

    private static readonly string[] Looks =
    [
        "list", "get", "read", "usage", "quota", "histogram", "deliveries", "timeline", "chain", "checkpoint", "inclusion", "segments", "stream", "tools", "prompts", "resource-templates", "of-tenant",
    ];

    /// <summary>True when somebody only looked at something in the management API: the trail has it, a summary of what happened need not.</summary>
    public bool IsLook => Class == "administration" && Outcome == "ok" && Looks.Contains(Action[(Action.LastIndexOf('/') + 1)..], StringComparer.Ordinal);

    public static AuditLine Of(AuditEventItem item) => new(
        DateTimeOffset.TryParse(Member(item, "at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null,
        Member(item, "class") ?? "",
        Member(item, "action") ?? "—",
        Member(item, "outcome") ?? "",
        Member(item, "principal"),
        Member(item, "target"),
        Member(item, "correlation"));

    /// <summary>Every member of the record but what it changed, in its order.</summary>
    public static IEnumerable<(string Name, string Value)> Members(AuditEventItem item) =>
        item.Event.ValueKind == JsonValueKind.Object
            ? item.Event.EnumerateObject().Where(member => member.Name != Changed || member.Value.ValueKind != JsonValueKind.Object).Select(member => (member.Name, Text(member.Value)))
            : [("record", Text(item.Event))];

    /// <summary>Settings that it changed, with what they were and are; null where there was or is none.</summary>
    public static IEnumerable<(string Name, string? Before, string? After)> Changes(AuditEventItem item) =>
        item.Event.ValueKind == JsonValueKind.Object && item.Event.TryGetProperty(Changed, out var changes) && changes.ValueKind == JsonValueKind.Object
            ? changes.EnumerateObject().Select(change => (change.Name, Side(change.Value, "before"), Side(change.Value, "after")))
            : [];

    /// <summary>Characters of what it changed.</summary>
    public static int LengthOfChanges(AuditEventItem item) =>
        item.Event.ValueKind == JsonValueKind.Object && item.Event.TryGetProperty(Changed, out var changes) && changes.ValueKind == JsonValueKind.Object ? changes.GetRawText().Length : 0;

    private static string? Side(JsonElement change, string name) =>
        change.ValueKind == JsonValueKind.Object && change.TryGetProperty(name, out var value)
            ? value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) ? string.Join(", ", value.EnumerateArray().Select(Text)) : Text(value)
            : null;

    private static string? Member(AuditEventItem item, string name) =>
        item.Event.ValueKind == JsonValueKind.Object && item.Event.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? Text(value)
            : null;

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Undefined => "",
        _ => value.GetRawText(),
    };
}

namespace Platform.Abstractions.Incidents;

/// <summary>The forms of what an incident names.</summary>
internal static class IncidentReferences
{
    public const string AlertsRule = "Name at most 50 alerts by their ids, each once.";
    public const string EventsRule = "Name at most 50 audit events by their ids, each once.";

    private const string AlertPrefix = "alert_";

    public static bool AreAlerts(string[]? ids) =>
        AreAll(ids, id => id.Length == AlertPrefix.Length + 32 && id.StartsWith(AlertPrefix, StringComparison.Ordinal) && id[AlertPrefix.Length..].All(char.IsAsciiHexDigitLower));

    public static bool AreEvents(string[]? ids) => AreAll(ids, id => Guid.TryParseExact(id, "D", out _) || Guid.TryParseExact(id, "N", out _));

    private static bool AreAll(string[]? ids, Func<string, bool> isId) =>
        ids is null || (ids.Length <= IncidentRules.MaxReferences && ids.All(id => id is not null && isId(id)) && ids.Distinct(StringComparer.Ordinal).Count() == ids.Length);
}

namespace Platform.Abstractions.Webhooks;

/// <summary>What can be subscribed to, and what is sent without being asked for.</summary>
public static class WebhookEventTypes
{
    public const string AlertFired = "alert.fired";
    public const string AlertResolved = "alert.resolved";

    /// <summary>A test of an alert rule. It goes to whoever wants <see cref="AlertFired"/>.</summary>
    public const string AlertTest = "alert.test";

    /// <summary>The platform gave up an endpoint; another one may hear of it.</summary>
    public const string WebhookDisabled = "webhook.disabled";

    /// <summary>The purge of a tenant does not get on; told to the platform's endpoints alone.</summary>
    public const string PurgeFailing = "purge.failing";

    /// <summary>A test of one endpoint; it cannot be subscribed to.</summary>
    public const string WebhookTest = "webhook.test";

    /// <summary>A part of the audit trail, with its events of the classes that the endpoint named.</summary>
    public const string AuditEvents = "audit.events";

    private const string AuditArea = "audit.";

    /// <summary>What an endpoint can name; a class of audit events as <c>audit.</c> and its name in the record.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        AlertFired, AlertResolved, WebhookDisabled, PurgeFailing,
        "audit.securityViolation", "audit.authentication", "audit.authorization", "audit.resourceAccess", "audit.toolExecution", "audit.administration",
    ];

    /// <summary>Whether an endpoint can name it: one of <see cref="All"/>, or an area of them such as <c>alert.*</c>.</summary>
    public static bool IsFilter(string? filter) => filter is not null && All.Any(type => Covers(filter, type));

    /// <summary>Whether one of the filters means the type.</summary>
    public static bool Wants(IEnumerable<string> filters, string type) => filters.Any(filter => Covers(filter, type));

    /// <summary>The classes of audit events that the filters mean, as records name them.</summary>
    public static string[] AuditClasses(IReadOnlyCollection<string> filters) =>
        [.. All.Where(type => type.StartsWith(AuditArea, StringComparison.Ordinal) && Wants(filters, type)).Select(type => type[AuditArea.Length..])];

    private static bool Covers(string filter, string type) =>
        string.Equals(filter, type, StringComparison.Ordinal)
        || (filter.Length > 2 && filter.EndsWith(".*", StringComparison.Ordinal) && type.AsSpan().StartsWith(filter.AsSpan(0, filter.Length - 1), StringComparison.Ordinal) && filter.IndexOf('.', StringComparison.Ordinal) == filter.Length - 2);
}

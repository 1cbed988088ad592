using System.Globalization;
using Platform.Abstractions.Webhooks;

namespace Platform.Admin.Components.Pages.Webhooks;

/// <summary>Words for what webhooks are, hear and met with.</summary>
internal static class WebhookText
{
    private static readonly (string Type, string Means)[] Meanings =
    [
        (WebhookEventTypes.AlertFired, "An alert rule fires."),
        (WebhookEventTypes.AlertResolved, "What fired is over."),
        (WebhookEventTypes.WebhookDisabled, "Another endpoint was given up, after five days without a delivery."),
        (WebhookEventTypes.PurgeFailing, "The purge of a tenant does not get on."),
        ("audit.securityViolation", "Audit: what looks like an attack."),
        ("audit.authentication", "Audit: who signed in, and who could not."),
        ("audit.authorization", "Audit: what was refused for want of a permission."),
        ("audit.resourceAccess", "Audit: what was read and written."),
        ("audit.toolExecution", "Audit: which tools were called."),
        ("audit.administration", "Audit: what administrators changed."),
    ];

    public static IReadOnlyList<(WebhookDeliveryState? State, string Text)> States { get; } =
        [(null, "All"), (WebhookDeliveryState.Waiting, "Waiting"), (WebhookDeliveryState.Delivered, "Delivered"), (WebhookDeliveryState.Failed, "Failed"), (WebhookDeliveryState.Dropped, "Dropped")];

    /// <summary>What can be chosen: single events, and whatever wider filter the endpoint has already.</summary>
    /// <param name="forPlatform">Whether it is the platform's own.</param>
    /// <param name="chosen">What it hears now.</param>
    public static IEnumerable<(string Type, string Means)> Choices(bool forPlatform, IReadOnlyCollection<string> chosen) => Meanings
        .Where(meaning => forPlatform || meaning.Type != WebhookEventTypes.PurgeFailing || chosen.Contains(meaning.Type, StringComparer.Ordinal))
        .Concat(chosen.Where(type => !Meanings.Any(meaning => meaning.Type == type)).Select(type => (type, Means(type))));

    public static string Means(string type) => Array.Find(Meanings, meaning => meaning.Type == type).Means ?? $"Everything of {type.Split('.')[0]}, later kinds too.";

    /// <summary>The name by which people call an endpoint: the rest of its URL may be a secret of the receiver's.</summary>
    public static string HostOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Host.Length > 0 ? parsed.Authority : url;

    public static string Name(WebhookDeliveryState state) => state switch
    {
        WebhookDeliveryState.Waiting => "waiting",
        WebhookDeliveryState.Delivered => "delivered",
        WebhookDeliveryState.Dropped => "dropped",
        _ => "failed",
    };

    public static WebhookDeliveryState? State(string? name) => States.FirstOrDefault(known => known.State is { } state && Name(state) == name).State;

    public static string Of(WebhookAttempt attempt) => attempt switch
    {
        { Status: { } status } => string.Create(CultureInfo.InvariantCulture, $"{status} after {attempt.DurationMs} ms"),
        { Error: "unreachable" } => "Not reached, or its address is none that webhooks may go to",
        { Error: "tls" } => "Its TLS certificate is not good",
        { Error: "timeout" } => "No answer within 15 s",
        { Error: "vault" } => "Not sent: the platform could not read the signing secret",
        { Error: "trail" } => "Not sent: the platform could not read the trail",
        _ => attempt.Error ?? "No answer",
    };
}

using System.Globalization;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Webhooks;

/// <summary>Webhook endpoints and what was sent to them, of a tenant or, where the slug is null, of the platform.</summary>
internal static class WebhookCalls
{
    public static Task<Answer<Page<WebhookView>>> WebhooksAsync(this ManagementClient management, string? slug) => management.OfOwnerAsync<Page<WebhookView>>(HttpMethod.Get, slug, "/webhooks" + ManagementClient.Paging(ManagementClient.MostItems, null));

    public static Task<Answer<WebhookSecret>> AddWebhookAsync(this ManagementClient management, string? slug, PutWebhook command) => management.OfOwnerAsync<WebhookSecret>(HttpMethod.Post, slug, "/webhooks", command);

    public static Task<Answer<WebhookView>> WebhookAsync(this ManagementClient management, string? slug, string id) => OfWebhookAsync<WebhookView>(management, HttpMethod.Get, slug, id);

    /// <param name="management">The client.</param>
    /// <param name="slug">Null for the platform.</param>
    /// <param name="id">Of the endpoint.</param>
    /// <param name="command">All of it.</param>
    /// <param name="version">That was read.</param>
    public static Task<Answer<WebhookView>> PutWebhookAsync(this ManagementClient management, string? slug, string id, PutWebhook command, string version) =>
        OfWebhookAsync<WebhookView>(management, HttpMethod.Put, slug, id, body: command, ifMatch: version);

    public static Task<Answer<bool>> DeleteWebhookAsync(this ManagementClient management, string? slug, string id, string version) => OfWebhookAsync<bool>(management, HttpMethod.Delete, slug, id, ifMatch: version);

    public static Task<Answer<WebhookView>> EnableWebhookAsync(this ManagementClient management, string? slug, string id) => OfWebhookAsync<WebhookView>(management, HttpMethod.Post, slug, id, ":enable");

    public static Task<Answer<WebhookSecret>> RotateWebhookSecretAsync(this ManagementClient management, string? slug, string id, int overlapHours) =>
        OfWebhookAsync<WebhookSecret>(management, HttpMethod.Post, slug, id, ":rotateSecret", new RotateWebhookSecret { OverlapHours = overlapHours });

    /// <summary>Sends a test event, and waits for the receiver as long as the platform does: longer than the console waits for REST otherwise.</summary>
    public static async Task<Answer<WebhookDelivery>> TestWebhookAsync(this ManagementClient management, string? slug, string id)
    {
        if (!WebhookRules.IsId(id) || (slug is not null && !TenantSlug.IsValid(slug)))
        {
            return new Answer<WebhookDelivery>(ProblemView.NotFound());
        }

        try
        {
            using var answer = await management.OpenAsync(HttpMethod.Post, $"v1/{(slug is null ? "platform" : "tenants/" + slug)}/webhooks/{id}:test", patient: true);
            return await ManagementClient.ReadAsync<WebhookDelivery>(answer, CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            return new Answer<WebhookDelivery>(ProblemView.Unavailable());
        }
    }

    public static Task<Answer<Page<WebhookDelivery>>> DeliveriesAsync(this ManagementClient management, string? slug, string id, WebhookDeliveryState? state, int size, string? token) =>
        OfWebhookAsync<Page<WebhookDelivery>>(management, HttpMethod.Get, slug, id, string.Create(CultureInfo.InvariantCulture, $"/deliveries{ManagementClient.Paging(size, token)}{(state is { } wanted ? "&state=" + WebhookText.Name(wanted) : "")}"));

    public static Task<Answer<WebhookDelivery>> RedeliverAsync(this ManagementClient management, string? slug, string id, string delivery) =>
        delivery.Length is > 0 and <= 64 && delivery.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? OfWebhookAsync<WebhookDelivery>(management, HttpMethod.Post, slug, id, $"/deliveries/{delivery}:redeliver")
            : Task.FromResult(new Answer<WebhookDelivery>(ProblemView.NotFound()));

    private static Task<Answer<T>> OfWebhookAsync<T>(ManagementClient management, HttpMethod method, string? slug, string id, string rest = "", object? body = null, string? ifMatch = null) =>
        WebhookRules.IsId(id) ? management.OfOwnerAsync<T>(method, slug, $"/webhooks/{id}{rest}", body, ifMatch) : Task.FromResult(new Answer<T>(ProblemView.NotFound()));
}

using System.Text;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;

namespace Platform.Grains.Webhooks;

/// <summary>One attempt at a message: its secrets, its signature, its way.</summary>
internal sealed class WebhookCourier(IWebhookSender sender, WebhookSecrets secrets, WebhookTrailReader trail, TimeProvider clock)
{
    /// <returns>How it went, and what the receiver asked for.</returns>
    public async Task<(WebhookAttempt Attempt, TimeSpan? RetryAfter)> TryAsync(TenantId tenant, WebhookState webhook, WebhookMessage message, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (await secrets.ReadAsync(webhook.Secrets.Where(secret => secret.Until is not { } until || until > now).Select(secret => secret.Name)) is not { Length: > 0 } keys)
        {
            return (new WebhookAttempt { At = now, DurationMs = 0, Error = WebhookErrors.Vault }, null);
        }

        if ((message.Part is { } part ? await trail.BodyAsync(tenant, message, part) : message.Body) is not { } text)
        {
            return (new WebhookAttempt { At = now, DurationMs = 0, Error = WebhookErrors.Trail }, null);
        }

        var body = Encoding.UTF8.GetBytes(text);
        var timestamp = now.ToUnixTimeSeconds();
        var request = new WebhookRequest(new Uri(webhook.Url), message.Id, timestamp, StandardWebhook.Sign(keys, message.Id, timestamp, body), body);
        var answer = await sender.SendAsync(request, cancel);
        return (new WebhookAttempt { At = now, Status = answer.Status, DurationMs = (int)answer.Duration.TotalMilliseconds, Error = answer.Error }, answer.RetryAfter);
    }
}

namespace Platform.Grains.Webhooks;

/// <summary>One attempt, ready to be sent.</summary>
/// <param name="Url">Chosen by a stranger.</param>
/// <param name="Id">The header <c>webhook-id</c>.</param>
/// <param name="Timestamp">The header <c>webhook-timestamp</c>.</param>
/// <param name="Signature">The header <c>webhook-signature</c>.</param>
/// <param name="Body">JSON.</param>
public sealed record WebhookRequest(Uri Url, string Id, long Timestamp, string Signature, byte[] Body)
{
    /// <summary>Without the URL, which may hold a secret of the receiver's.</summary>
    public override string ToString() => $"{nameof(WebhookRequest)} {Id}";
}

/// <summary>How an attempt went.</summary>
/// <param name="Status">Of the answer; null when there was none.</param>
/// <param name="Error">A word, when there was no answer: see <c>WebhookAttempt</c>.</param>
/// <param name="RetryAfter">What the answer asked for.</param>
/// <param name="Duration">From resolving the name to the answer's headers.</param>
public sealed record WebhookAnswer(int? Status, string? Error, TimeSpan? RetryAfter, TimeSpan Duration);

/// <summary>Sends messages to receivers, guarded against what their URLs may lead to (SSRF).</summary>
public interface IWebhookSender
{
    /// <summary>Never throws for what a receiver or a network does, follows no redirect, reads no body, and takes a bounded time.</summary>
    Task<WebhookAnswer> SendAsync(WebhookRequest request, CancellationToken cancel);
}

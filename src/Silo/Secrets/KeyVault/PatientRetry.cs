using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Platform.Silo.Secrets.KeyVault;

/// <summary>Tries a question three times more, soon; a vault that wants to be left alone for longer (429 and 503 with <c>Retry-After</c>) is left alone.</summary>
internal sealed class PatientRetry() : RetryPolicy(maxRetries: 3, DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(200), LongestWait))
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>What the answer asks for, at most an hour; null when it asks for nothing.</summary>
    public static TimeSpan? RetryAfter(Response? response) =>
        response is not null && response.Headers.TryGetValue("Retry-After", out var text) && int.TryParse(text, System.Globalization.NumberStyles.None, provider: null, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, 3600))
            : null;

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) => IsSoon(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        IsSoon(message) ? base.ShouldRetryAsync(message, exception) : ValueTask.FromResult(false);

    private static bool IsSoon(HttpMessage message) => !message.HasResponse || RetryAfter(message.Response) is not { } wait || wait <= LongestWait;
}

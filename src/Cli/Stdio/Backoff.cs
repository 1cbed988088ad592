using System.Security.Cryptography;

namespace Platform.Cli.Stdio;

/// <summary>Tries that failed in a row, and how long to wait before the next one.</summary>
internal sealed class Backoff(BridgeOptions options, TimeProvider clock)
{
    // A server that says "retry: 0" and closes at once must not make a busy loop of us.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);
    private int _failed;

    /// <summary>It worked: the next failure is a first one.</summary>
    public void Reset() => _failed = 0;

    /// <summary>False when all tries are used up.</summary>
    /// <param name="asked">What the other side asked for (<c>retry</c> of SSE); MCP 2025-11-25: it MUST be respected.</param>
    public async Task<bool> WaitAsync(TimeSpan? asked, CancellationToken cancel)
    {
        if (++_failed >= options.Attempts)
        {
            return false;
        }

        await WaitOnceAsync(asked, cancel);
        return true;
    }

    private Task WaitOnceAsync(TimeSpan? asked, CancellationToken cancel)
    {
        var own = Math.Min(options.Delay.TotalMilliseconds * Math.Pow(2, _failed - 1), options.MaxDelay.TotalMilliseconds);

        // Up to a quarter more, so that many bridges that lost one endpoint do not come back in one moment.
        own *= 1 + (RandomNumberGenerator.GetInt32(256) / 1024.0);
        var delay = TimeSpan.FromMilliseconds(Math.Max(own, asked is { } wish ? Math.Min(wish.TotalMilliseconds, LongestAsked.TotalMilliseconds) : 0));
        if (_failed == 1 && asked is { } exact)
        {
            delay = exact > LongestAsked ? LongestAsked : exact;
        }

        return Task.Delay(delay < Shortest ? Shortest : delay, clock, cancel);
    }
}

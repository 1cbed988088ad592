using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Subscriptions;

/// <summary>How many streams and sockets each credential holds open on this node: they cost memory for as long as they are open.</summary>
internal sealed class StreamSlots(IOptions<ApiOptions> options)
{
    private readonly ConcurrentDictionary<(string Tenant, string Credential), int> _open = new();

    /// <summary>A slot to give back, or <c>rate-limited</c> when the credential has all of its own in use.</summary>
    public Result<IDisposable> Take(Caller caller)
    {
        var key = (caller.Tenant.ToString(), caller.Credential);
        var most = options.Value.StreamsPerCredential;
        if (_open.AddOrUpdate(key, 1, static (_, count) => count + 1) <= most)
        {
            return new Slot(this, key);
        }

        Leave(key);
        return new Problem(ProblemCode.RateLimited, $"This credential has {most} streams open; close one first.") { RetryAfter = TimeSpan.FromSeconds(5) };
    }

    private void Leave((string Tenant, string Credential) key)
    {
        if (_open.AddOrUpdate(key, 0, static (_, count) => count - 1) <= 0)
        {
            _open.TryRemove(KeyValuePair.Create(key, 0));
        }
    }

    private sealed class Slot(StreamSlots slots, (string Tenant, string Credential) key) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
            {
                slots.Leave(key);
            }
        }
    }
}

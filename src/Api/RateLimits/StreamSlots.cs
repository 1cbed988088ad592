using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Api.RateLimits;

/// <summary>
/// How many streams and sockets each credential, and each tenant, holds open on this node: they cost memory for as long as they are open (TR-9).
/// </summary>
internal sealed class StreamSlots(IOptions<ApiOptions> options)
{
    private readonly ConcurrentDictionary<(string Tenant, string Credential), int> _open = new();

    /// <summary>A slot to give back, or <c>rate-limited</c> when the credential, or its tenant, has all of its own in use.</summary>
    public Result<IDisposable> Take(Caller caller)
    {
        var tenant = (caller.Tenant.ToString(), "");
        if (!TryEnter(tenant, options.Value.StreamsPerTenant))
        {
            return Full($"This tenant has {options.Value.StreamsPerTenant} streams open; close one first.");
        }

        var credential = (tenant.Item1, caller.Credential);
        if (TryEnter(credential, options.Value.StreamsPerCredential))
        {
            return new Slot(this, tenant, credential);
        }

        Leave(tenant);
        return Full($"This credential has {options.Value.StreamsPerCredential} streams open; close one first.");
    }

    private static Problem Full(string detail) => new(ProblemCode.RateLimited, detail) { RetryAfter = TimeSpan.FromSeconds(5) };

    private bool TryEnter((string Tenant, string Credential) key, int most)
    {
        if (_open.AddOrUpdate(key, 1, static (_, count) => count + 1) <= most)
        {
            return true;
        }

        Leave(key);
        return false;
    }

    private void Leave((string Tenant, string Credential) key)
    {
        if (_open.AddOrUpdate(key, 0, static (_, count) => count - 1) <= 0)
        {
            _open.TryRemove(KeyValuePair.Create(key, 0));
        }
    }

    private sealed class Slot(StreamSlots slots, (string Tenant, string Credential) tenant, (string Tenant, string Credential) credential) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
            {
                slots.Leave(tenant);
                slots.Leave(credential);
            }
        }
    }
}

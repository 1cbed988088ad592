using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Tenants;
using Platform.Api.Outbound;

namespace Platform.Api.Authentication.Tokens;

/// <summary>
/// The public keys of providers, fetched by discovery and kept for ten minutes. A kid that is not among them asks again at most twice a minute; a provider that
/// cannot be reached is believed with the keys it had, for an hour. One that was changed is asked anew: which keys are kept depends on what is believed.
/// </summary>
internal sealed partial class ProviderKeys(DocumentFetcher fetcher, TimeProvider clock, ILogger<ProviderKeys> logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);
    private const int MaxProviders = 10_000;

    private readonly ConcurrentDictionary<(TenantId Tenant, string Provider, long Version), Entry> _entries = new();

    public async ValueTask<VerifyingKey?> FindAsync(TenantId tenant, IdentityProvider provider, string kid, string algorithm)
    {
        if (_entries.Count >= MaxProviders)
        {
            _entries.Clear();
        }

        var entry = _entries.GetOrAdd((tenant, provider.Id, provider.Version), static _ => new Entry());
        var known = entry.Known;
        var asked = entry.Asked;
        var isFresh = known is not null && clock.GetElapsedTime(known.Fetched) < Fresh;
        if ((!isFresh || !known!.Keys.ContainsKey((kid, algorithm))) && (asked == 0 || clock.GetElapsedTime(asked) >= AskAgain))
        {
            known = await entry.OnceAsync(() => FetchAsync(entry, provider));
        }
        else if (known is null && entry.Running is { } running)
        {
            known = await running;
        }

        return known is not null && clock.GetElapsedTime(known.Fetched) < Stale && known.Keys.TryGetValue((kid, algorithm), out var key) ? key : null;
    }

    public void Drop(TenantId tenant)
    {
        foreach (var entry in _entries)
        {
            if (entry.Key.Tenant == tenant)
            {
                _entries.TryRemove(entry.Key, out _);
            }
        }
    }

    private async Task<KeySet?> FetchAsync(Entry entry, IdentityProvider provider)
    {
        var asked = clock.GetTimestamp();
        entry.Asked = asked;
        if (!(await fetcher.GetAsync(ProviderDocuments.DiscoveryOf(provider.Issuer), CancellationToken.None)).Try(out var discovery, out _)
            || ProviderDocuments.KeySetUri(discovery.Body, provider.Issuer) is not { } uri
            || !(await fetcher.GetAsync(uri, CancellationToken.None)).Try(out var set, out _)
            || ProviderDocuments.Keys(set.Body, provider) is not { } keys)
        {
            Log.Unusable(logger, provider.Id);
            return entry.Known;
        }

        return entry.Known = new KeySet(keys, asked);
    }

    private sealed record KeySet(Dictionary<(string Kid, string Algorithm), VerifyingKey> Keys, long Fetched);

    /// <summary>What is known of one provider; whoever asks while it is being asked waits for the same answer.</summary>
    private sealed class Entry
    {
        private readonly Lock _one = new();
        private Task<KeySet?>? _running;
        private long _asked;

        public volatile KeySet? Known;

        public Task<KeySet?>? Running => _running;

        /// <summary>Timestamp of the last question, also of one that failed; zero before the first.</summary>
        public long Asked
        {
            get => Interlocked.Read(ref _asked);
            set => Interlocked.Exchange(ref _asked, value);
        }

        public Task<KeySet?> OnceAsync(Func<Task<KeySet?>> fetch)
        {
            lock (_one)
            {
                return _running is { IsCompleted: false } running ? running : _running = fetch();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ProviderKeysUnusable", Level = LogLevel.Warning, Message = "The keys of the identity provider {Provider} could not be fetched or read; those known before, if any, stay for an hour.")]
        public static partial void Unusable(ILogger logger, string provider);
    }
}

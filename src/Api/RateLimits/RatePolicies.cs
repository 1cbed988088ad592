using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.RateLimits.Plans;

namespace Platform.Api.RateLimits;

/// <summary>
/// Tenants' limits under their plans, kept for as long as a verdict may live and dropped when a change is pushed. A policy that is too old and cannot be asked for again admits nobody.
/// </summary>
internal sealed class RatePolicies(TenantGrains grains, RateGate gate, RatePlans plans, IOptions<ApiOptions> options, TimeProvider clock)
{
    private const int MaxEntries = 50_000;

    private readonly ConcurrentDictionary<TenantId, Entry> _entries = new();
    private readonly ConcurrentDictionary<TenantId, Lazy<Task<RatePolicy>>> _asking = new();
    private readonly RatePolicy _ofThePlatform = new(gate, TenantId.Platform, view: null, plan: null);
    private readonly TimeSpan _life = options.Value.VerdictLife;
    private long _epoch;

    public ValueTask<RatePolicy> OfAsync(TenantId tenant)
    {
        // Operators have the limits of their keys.
        if (tenant == TenantId.Platform)
        {
            return ValueTask.FromResult(_ofThePlatform);
        }

        return _entries.TryGetValue(tenant, out var entry) && IsYoung(entry) && plans.TryGet(out var table) && ReferenceEquals(entry.Plans, table)
            ? ValueTask.FromResult(entry.Policy)
            : new ValueTask<RatePolicy>(FetchAsync(tenant));
    }

    /// <summary>A tenant's limits have changed; for the platform: its plans have.</summary>
    public void Drop(TenantId tenant)
    {
        if (tenant == TenantId.Platform)
        {
            plans.Drop();
        }

        Interlocked.Increment(ref _epoch);
        if (_entries.TryGetValue(tenant, out var entry))
        {
            entry.IsDropped = true;
        }
    }

    /// <summary>One question at a time for a tenant, shared by all who ask meanwhile.</summary>
    private async Task<RatePolicy> FetchAsync(TenantId tenant)
    {
        var asking = _asking.GetOrAdd(tenant, static (key, cache) => new Lazy<Task<RatePolicy>>(() => cache.AskAsync(key)), this);
        try
        {
            return await asking.Value;
        }
        finally
        {
            _asking.TryRemove(KeyValuePair.Create(tenant, asking));
        }
    }

    private async Task<RatePolicy> AskAsync(TenantId tenant)
    {
        var table = await plans.GetAsync();
        var known = _entries.GetValueOrDefault(tenant);
        var fetched = clock.GetTimestamp();
        var epoch = Interlocked.Read(ref _epoch);

        // Where only the plans have changed, nobody but the plans' own grain is asked, however many tenants there are.
        var (view, since) = known is not null && IsYoung(known) ? (known.View, known.Fetched) : (await grains.For(tenant).The<IRateLimitBookGrain>().GetAsync(), fetched);
        var plan = table.For(view.Plan);
        var policy = known?.Policy.IsOf(view, plan) == true ? known.Policy : new RatePolicy(gate, tenant, view, plan);
        if (_entries.Count >= MaxEntries && known is null)
        {
            _entries.Clear();
        }

        // An answer that was under way when a change was pushed may be older than the change: it serves who asked, and is not kept.
        _entries[tenant] = new Entry(policy, view, table, since) { IsDropped = epoch != Interlocked.Read(ref _epoch) };
        return policy;
    }

    private bool IsYoung(Entry entry) => !entry.IsDropped && clock.GetElapsedTime(entry.Fetched) < _life;

    private sealed record Entry(RatePolicy Policy, RateLimitsView View, PlanTable Plans, long Fetched)
    {
        private bool _isDropped;

        public bool IsDropped { get => Volatile.Read(ref _isDropped); set => Volatile.Write(ref _isDropped, value); }
    }
}

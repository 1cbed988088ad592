using System.Collections.Concurrent;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Alerts.Signals;

/// <summary>Counts outcomes where they are decided: a look-up and a few interlocked additions for a request, whatever happens to the counts later.</summary>
internal sealed class SignalCounters(TimeProvider clock)
{
    private readonly ConcurrentDictionary<TenantId, TenantSignals> _tenants = new();

    /// <summary>This process's seconds; only differences of them mean anything elsewhere.</summary>
    public long Second => clock.GetTimestamp() / clock.TimestampFrequency;

    /// <param name="tenant">The platform for whatever is no tenant's: made-up names of tenants are not kept.</param>
    /// <param name="signals">What the outcome means.</param>
    /// <param name="microseconds">How long the request took.</param>
    /// <param name="bytes">Of its body; 0 for none.</param>
    public void Add(TenantId tenant, OutcomeSignals signals, long microseconds, long bytes)
    {
        if (signals != OutcomeSignals.None)
        {
            _tenants.GetOrAdd(tenant, static _ => new TenantSignals()).Add(Second, signals, microseconds, bytes);
        }
    }

    /// <summary>Everything since the last time, of tenants that had something.</summary>
    public IEnumerable<(TenantId Tenant, IReadOnlyList<KeyValuePair<long, SecondTotals>> Seconds)> Take()
    {
        foreach (var (tenant, signals) in _tenants)
        {
            if (signals.Take() is { Count: > 0 } seconds)
            {
                yield return (tenant, seconds);
            }
        }
    }
}

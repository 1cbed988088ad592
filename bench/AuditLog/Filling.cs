using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;

namespace Platform.Bench.AuditLog;

/// <summary>A trail of thirty days: a hundred tenants, of which one has half of all events.</summary>
internal sealed class Filling(IAuditLog log, int rows)
{
    private const int Tenants = 100;
    private const int Batch = 500;

    /// <summary>Answers the tenant that has half.</summary>
    public async Task<BigTrail> RunAsync()
    {
        var tenants = Enumerable.Range(0, Tenants).Select(_ => TenantId.New()).ToArray();
        var chains = Array.ConvertAll(tenants, tenant => new Chain(log, tenant));
        var clock = new SteppedClock(DateTimeOffset.UtcNow.AddDays(-30), TimeSpan.FromDays(30) / rows);
        var first = clock.GetUtcNow();
        var number = 0;
        for (var left = rows; left > 0;)
        {
            // Every other event is the big tenant's; the rest go around.
            var small = 1 + (number / Batch % (Tenants - 1));
            var (ofBig, ofSmall) = (Math.Min(Batch, left), Math.Min(Batch, Math.Max(0, left - Batch)));
            await Task.WhenAll(AppendAsync(0, ofBig), AppendAsync(small, ofSmall));
            left -= ofBig + ofSmall;
        }

        return new BigTrail(tenants[0], first, clock.GetUtcNow());

        Task AppendAsync(int tenant, int count) => chains[tenant].AppendAsync(count, () => Events.Sealed(tenants[tenant], ++number, clock));
    }

    private sealed class SteppedClock(DateTimeOffset start, TimeSpan step) : TimeProvider
    {
        private long _ticks = start.UtcTicks;

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Add(ref _ticks, Math.Max(1, step.Ticks)), TimeSpan.Zero);
    }
}

/// <param name="Tenant">Whose.</param>
/// <param name="From">Before its first event.</param>
/// <param name="To">After its last one.</param>
internal sealed record BigTrail(TenantId Tenant, DateTimeOffset From, DateTimeOffset To);

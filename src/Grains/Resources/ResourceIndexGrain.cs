using System.Text.Json;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Resources;

/// <summary>
/// A tenant's memory resources in memory, rebuilt from their own rows (docs/adr/0005): after a crash nothing is counted twice and nothing is forgotten.
/// </summary>
[GrainType("resource-index"), Reentrant]
internal sealed class ResourceIndexGrain : Grain, IResourceIndexGrain
{
    private const int EndedAtOnce = 10_000;
    private const int SettledPerSweep = 100;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReservationLife = TimeSpan.FromSeconds(30);

    private readonly IStateIndex _rows;
    private readonly TenantGrains _grains;
    private readonly TimeProvider _clock;
    private readonly MemoryQuota _quota;
    private readonly MemoryIndex _index;

    public ResourceIndexGrain(IStateIndex rows, TenantGrains grains, IOptions<GrainOptions> options, TimeProvider clock)
    {
        (_rows, _grains, _clock) = (rows, grains, clock);
        _quota = new MemoryQuota(options.Value.MemoryQuotaBytes);
        _index = new MemoryIndex(_quota);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        await foreach (var row in _rows.AllAsync(GrainContext.TenantOf().ToString(), "memory-resource", cancellationToken))
        {
            if (row.Info is not null && JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.MemoryEntry) is { } entry && now < entry.ExpiresAt)
            {
                _index.Store(entry);
            }
        }

        this.RegisterGrainTimer(SweepAsync, new GrainTimerCreationOptions { DueTime = SweepEvery, Period = SweepEvery });
    }

    public Task<Problem?> ReserveAsync(string key, int charge) =>
        Task.FromResult(_index.TryReserve(key, charge, _clock.GetUtcNow()) ? null : Problem.QuotaExceeded(
            $"This tenant may hold {_quota.CountLimit} memory resources and {_quota.Limit} bytes of them; it uses {_quota.Used}. Delete some or wait until they expire."));

    public Task CommitAsync(MemoryEntry entry)
    {
        var isNew = !_index.Contains(entry.Key);
        _index.Store(entry);
        return PublishAsync(entry.Key, listChanged: isNew);
    }

    public Task ReleaseAsync(string key)
    {
        _index.Drop(key);
        return PublishAsync(key, listChanged: true);
    }

    public Task<MemoryEntry[]> PageAsync(string prefix, string? after, int pageSize)
    {
        var now = _clock.GetUtcNow();
        _index.End(now, EndedAtOnce);
        return Task.FromResult(_index.Page(prefix, after, Math.Clamp(pageSize, 1, IResourceIndexGrain.MaxPage), now));
    }

    public Task<MemoryUsage> UsageAsync()
    {
        _index.End(_clock.GetUtcNow(), int.MaxValue);
        return Task.FromResult(new MemoryUsage(_quota.Used, _quota.Limit, _index.Count, _quota.CountLimit));
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        _index.End(now, EndedAtOnce);
        await SettleAsync(now);
        if (_index.TakeEnded() is { Count: > 0 } ended)
        {
            await Catalogue.PublishAsync([new CatalogueChange(CatalogueChangeKind.Resources), .. ended.Select(Changed)]);
        }
    }

    /// <summary>Finds out what became of writes whose end nobody reported.</summary>
    private async Task SettleAsync(DateTimeOffset now)
    {
        foreach (var key in _quota.ReservedBefore(now - ReservationLife).Take(SettledPerSweep))
        {
            MemoryEntry? entry;
            try
            {
                entry = await _grains.For(GrainContext.TenantOf()).Get<IMemoryResourceGrain>(key).DescribeAsync();
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Its reservation stays until it can be asked; the others must not wait for it.
                continue;
            }

            if (!_quota.IsReservedBefore(key, now - ReservationLife))
            {
                // A write began or ended while the answer was on its way: it knows better.
                continue;
            }

            if (entry is not null)
            {
                _index.Store(entry);
            }
            else
            {
                _index.Drop(key);
            }
        }
    }

    private Task PublishAsync(string key, bool listChanged) =>
        Catalogue.PublishAsync(listChanged ? [new CatalogueChange(CatalogueChangeKind.Resources), Changed(key)] : [Changed(key)]);

    private static CatalogueChange Changed(string key) => new(CatalogueChangeKind.Resource, MemoryKey.Uri(key));

    private ICatalogueGrain Catalogue => _grains.For(GrainContext.TenantOf()).The<ICatalogueGrain>();
}

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
internal sealed class ResourceIndexGrain(
    IStateIndex rows,
    TenantGrains grains,
    IOptions<GrainOptions> options,
    TimeProvider clock) : Grain, IResourceIndexGrain
{
    private const int MaxToldOf = 100;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReservationLife = TimeSpan.FromSeconds(30);

    private readonly MemoryQuota _quota = new(options.Value.MemoryQuotaBytes);
    private readonly Dictionary<string, MemoryEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _sorted = [];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in rows.AllAsync(GrainContext.TenantOf().ToString(), "memory-resource", cancellationToken))
        {
            if (row.Info is not null && JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.MemoryEntry) is { } entry && clock.GetUtcNow() < entry.ExpiresAt)
            {
                Store(entry);
            }
        }

        this.RegisterGrainTimer(SweepAsync, new GrainTimerCreationOptions { DueTime = SweepEvery, Period = SweepEvery });
    }

    public Task<Problem?> ReserveAsync(string key, int charge)
    {
        var now = clock.GetUtcNow();
        if (!_quota.TryReserve(key, charge, now))
        {
            // What expired since the last sweep frees its room now: the limit is exact.
            DropExpired(now);
            if (!_quota.TryReserve(key, charge, now))
            {
                return Task.FromResult<Problem?>(Problem.QuotaExceeded($"This tenant may hold {_quota.Limit} bytes of memory resources and uses {_quota.Used}. Delete some or wait until they expire."));
            }
        }

        return Task.FromResult<Problem?>(null);
    }

    public Task CommitAsync(MemoryEntry entry)
    {
        var isNew = !_entries.ContainsKey(entry.Key);
        Store(entry);
        return PublishAsync(entry.Key, listChanged: isNew);
    }

    public Task ReleaseAsync(string key, bool deleted)
    {
        if (deleted)
        {
            Drop(key);
            return PublishAsync(key, listChanged: true);
        }

        _quota.Release(key);
        return Task.CompletedTask;
    }

    public Task<MemoryEntry[]> PageAsync(string? after, int pageSize)
    {
        var wanted = Math.Clamp(pageSize, 1, 1_001);
        var now = clock.GetUtcNow();
        var found = after is null ? 0 : _sorted.BinarySearch(after, StringComparer.Ordinal);
        var page = new List<MemoryEntry>();
        for (var i = after is null ? 0 : found < 0 ? ~found : found + 1; i < _sorted.Count && page.Count < wanted; i++)
        {
            var entry = _entries[_sorted[i]];
            if (now < entry.ExpiresAt)
            {
                page.Add(entry);
            }
        }

        return Task.FromResult(page.ToArray());
    }

    public Task<MemoryUsage> UsageAsync()
    {
        DropExpired(clock.GetUtcNow());
        return Task.FromResult(new MemoryUsage(_quota.Used, _quota.Limit, _entries.Count));
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (DropExpired(now) is { Length: > 0 } dead)
        {
            // Who listens to more than these asks again because the list changed.
            await Catalogue.PublishAsync([new CatalogueChange(CatalogueChangeKind.Resources), .. dead.Take(MaxToldOf).Select(Changed)]);
        }

        foreach (var key in _quota.ReservedBefore(now - ReservationLife))
        {
            var entry = await grains.For(GrainContext.TenantOf()).Get<IMemoryResourceGrain>(key).DescribeAsync();
            if (!_quota.IsReservedBefore(key, now - ReservationLife))
            {
                // A write began or ended while the answer was on its way: it knows better.
                continue;
            }

            if (entry is not null)
            {
                Store(entry);
            }
            else
            {
                Drop(key);
            }
        }
    }

    private void Store(MemoryEntry entry)
    {
        if (_entries.TryAdd(entry.Key, entry))
        {
            var at = _sorted.BinarySearch(entry.Key, StringComparer.Ordinal);
            _sorted.Insert(~at, entry.Key);
        }
        else
        {
            _entries[entry.Key] = entry;
        }

        _quota.Commit(entry.Key, MemoryQuota.Charge(entry.Key, entry.Size));
    }

    private void Drop(string key)
    {
        if (_entries.Remove(key))
        {
            _sorted.RemoveAt(_sorted.BinarySearch(key, StringComparer.Ordinal));
        }

        _quota.Remove(key);
    }

    private string[] DropExpired(DateTimeOffset now)
    {
        var dead = _entries.Values.Where(entry => entry.ExpiresAt <= now).Select(entry => entry.Key).ToArray();
        foreach (var key in dead)
        {
            // Its row stays until the cleaner takes it, dead to every reader.
            _entries.Remove(key);
            _quota.Expire(key);
        }

        if (dead.Length > 0)
        {
            // Once for all of them: one by one each removal would move the rest.
            _sorted.RemoveAll(key => !_entries.ContainsKey(key));
        }

        return dead;
    }

    private Task PublishAsync(string key, bool listChanged) =>
        Catalogue.PublishAsync(listChanged ? [new CatalogueChange(CatalogueChangeKind.Resources), Changed(key)] : [Changed(key)]);

    private static CatalogueChange Changed(string key) => new(CatalogueChangeKind.Resource, MemoryKey.Uri(key));

    private ICatalogueGrain Catalogue => grains.For(GrainContext.TenantOf()).The<ICatalogueGrain>();
}

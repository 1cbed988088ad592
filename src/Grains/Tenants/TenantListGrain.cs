using Orleans.Concurrency;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;

namespace Platform.Grains.Tenants;

/// <summary>Pages straight from storage by key, so a page costs the same at ten tenants and at a million.</summary>
[GrainType("tenant-list"), StatelessWorker]
internal sealed class TenantListGrain(IStateIndex index) : Grain, ITenantListGrain
{
    public async Task<TenantEntry[]> PageAsync(string? after, int pageSize)
    {
        var wanted = Math.Clamp(pageSize, 1, 201);
        var entries = new List<TenantEntry>(wanted);
        while (entries.Count < wanted)
        {
            var rows = await index.ListAsync(TenantId.Platform.ToString(), "tenant-directory", after, wanted - entries.Count, CancellationToken.None);
            foreach (var row in rows)
            {
                after = row.Key;
                if (TenantId.TryParse(row.Info, out var tenant))
                {
                    entries.Add(new TenantEntry(row.Key, tenant));
                }
            }

            if (rows.Count == 0)
            {
                break;
            }
        }

        return [.. entries];
    }
}

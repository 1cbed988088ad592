using Platform.Abstractions.Tenants;
using Platform.Grains.Deletions;
using Platform.Grains.Storage;

namespace Platform.Grains.Files;

/// <summary>A tenant's files, for its purge.</summary>
internal sealed class TenantFiles(IFileStore store, IStateIndex rows) : ITenantStore
{
    public string Name => "files";

    /// <summary>Those on record; what an upload left behind is purged too and is nobody's file.</summary>
    public async ValueTask<long> CountAsync(TenantId tenant, CancellationToken cancel)
    {
        long count = 0;
        await foreach (var _ in rows.AllAsync(tenant.ToString(), "file-record", cancel))
        {
            count++;
        }

        return count;
    }

    public ValueTask PurgeAsync(TenantId tenant, CancellationToken cancel) => store.PurgeAsync(tenant, cancel);
}

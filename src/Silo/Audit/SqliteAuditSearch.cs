using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>
/// Searches of the audit log by an index in a file of its own (ADR 0020): appends pay nothing for it, and it can be deleted while the product is stopped. Needs the log's file to exist.
/// </summary>
internal sealed class SqliteAuditSearch(DataDirectory directory) : IAuditSearch, IDisposable
{
    private readonly ReaderThreads<AuditSearchSession> _threads = new("audit search", 1, () => new AuditSearchSession(directory.AuditFile, directory.AuditSearchFile));
    private readonly TenantTurns _counts = new();

    public async ValueTask<AuditMatches> FindAsync(TenantId tenant, string shard, FindAuditEvents query, CancellationToken cancel)
    {
        var id = tenant.ToString();
        return await _threads.ReadAsync(session => session.Find(id, shard, query), cancel);
    }

    public async ValueTask<AuditCounts?> CountAsync(TenantId tenant, string shard, AuditFilter filter, DateTimeOffset to, int buckets, CancellationToken cancel)
    {
        var id = tenant.ToString();

        // A count looks at five times what a search does: the thread has one of them waiting at most, and no tenant has two.
        using var turn = await _counts.TakeAsync(tenant, cancel);
        return await _threads.ReadAsync(session => session.Count(id, shard, filter, to, buckets), cancel);
    }

    /// <summary>Brings every chain up to date, in steps between which searches have their turn.</summary>
    public async Task KeepUpAsync(CancellationToken cancel)
    {
        var (tenant, shard) = ("", "");
        while (await _threads.ReadAsync(session => session.KeepUp(tenant, shard), cancel) is { } done)
        {
            if (done.IsDone)
            {
                (tenant, shard, _) = done;
            }
        }
    }

    public void Dispose()
    {
        _threads.Dispose();
        _counts.Dispose();
    }
}

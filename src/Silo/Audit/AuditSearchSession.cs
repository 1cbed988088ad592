using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>The index and the log as the one thread that searches has them: it also keeps the index up to date, so the file has one writer.</summary>
internal sealed class AuditSearchSession : IDisposable
{
    /// <summary>Events that are indexed at once: a search waits for no more than that.</summary>
    public const int Step = 20_000;

    private readonly Microsoft.Data.Sqlite.SqliteConnection _log;
    private readonly Microsoft.Data.Sqlite.SqliteConnection _search;
    private readonly AuditIndexer _index;
    private readonly AuditFinder _finder;
    private readonly AuditCounter _counter;

    /// <param name="logFile">Exists already.</param>
    /// <param name="searchFile">Made when it is missing.</param>
    public AuditSearchSession(string logFile, string searchFile)
    {
        _search = SqliteFile.OpenWriter(searchFile, AuditIndexer.Schema);

        // What a crash takes from the index is indexed again: no commit of it waits for the disk.
        SqliteFile.Run(_search, "PRAGMA synchronous=NORMAL");
        _log = SqliteFile.OpenReader(logFile);
        _index = new AuditIndexer(_log, _search);
        _finder = new AuditFinder(_log, _search, _index);
        _counter = new AuditCounter(_search, _finder);
    }

    public AuditMatches Find(string tenant, string shard, FindAuditEvents query)
    {
        var (stream, isWhole) = _index.CatchUp(tenant, shard, Step);
        return isWhole ? _finder.Find(tenant, shard, stream, query) : default;
    }

    /// <summary>Null until the index has what is stored, and nothing else.</summary>
    public AuditCounts? Count(string tenant, string shard, AuditFilter filter, DateTimeOffset to, int buckets)
    {
        var (stream, isWhole) = _index.CatchUp(tenant, shard, Step);
        return isWhole && _index.Prune(tenant, shard, Step) < Step ? _counter.Count(tenant, shard, stream, filter, to, buckets) : null;
    }

    /// <summary>One step of upkeep for the chain after this one.</summary>
    /// <returns>The chain and whether it needs no more for now; null after the last one.</returns>
    public (string Tenant, string Shard, bool IsDone)? KeepUp(string tenant, string shard)
    {
        if (_index.StreamAfter(tenant, shard) is not { } next)
        {
            return null;
        }

        var (_, isWhole) = _index.CatchUp(next.Tenant, next.Shard, Step);
        var pruned = _index.Prune(next.Tenant, next.Shard, Step);
        return (next.Tenant, next.Shard, isWhole && pruned < Step);
    }

    public void Dispose()
    {
        _counter.Dispose();
        _finder.Dispose();
        _index.Dispose();
        _log.Dispose();
        _search.Dispose();
    }
}

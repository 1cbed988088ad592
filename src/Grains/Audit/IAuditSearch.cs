using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Audit;

/// <summary>One page of a search as it is read from storage.</summary>
/// <param name="Rows">In the order that was asked for.</param>
/// <param name="Next">Where to go on; null at the end.</param>
/// <param name="IsIndexed">False while the index lacks events that are stored: then nothing was searched.</param>
/// <param name="Visited">How many events were looked at.</param>
public readonly record struct AuditMatches(IReadOnlyList<AuditRow> Rows, AuditPlace? Next, bool IsIndexed, int Visited);

/// <summary>Finds stored events by what is in them. Work for one page is bounded, whatever is asked for and however much is stored.</summary>
public interface IAuditSearch
{
    ValueTask<AuditMatches> FindAsync(TenantId tenant, string shard, FindAuditEvents query, CancellationToken cancel);

    /// <summary>Counts events from the filter's beginning, or the oldest that is kept, up to its end.</summary>
    /// <returns>Null while the index lacks events that are stored, or has such as are no longer.</returns>
    ValueTask<AuditCounts?> CountAsync(TenantId tenant, string shard, AuditFilter filter, DateTimeOffset to, int buckets, CancellationToken cancel);
}

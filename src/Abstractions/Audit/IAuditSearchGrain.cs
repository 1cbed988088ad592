using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Audit;

/// <summary>Finds and follows events of a tenant's chain, away from the activation that appends. Key: <c>{tenant}/{shard}</c>.</summary>
[Alias("audit-search")]
public interface IAuditSearchGrain : IGrainWithStringKey
{
    /// <summary>By time. What was stored before the call is found; <c>unavailable</c> while the index is still being built for a chain that is older than it.</summary>
    [Alias("find")]
    Task<Result<AuditFound>> FindAsync(FindAuditEvents command);

    /// <summary>Counts what <see cref="FindAsync"/> finds, by time; <c>unavailable</c> as there. Work is bounded: where not everything was looked at, the answer says so.</summary>
    [Alias("count")]
    Task<Result<AuditHistogram>> CountAsync(CountAuditEvents command);

    /// <summary>In the order of the chain, after a sequence; at most <paramref name="count"/> events.</summary>
    [Alias("follow")]
    Task<AuditFollowed> FollowAsync(AuditFilter filter, long after, int count);

    /// <summary>The last sequence; 0 when nothing is stored.</summary>
    [Alias("head")]
    Task<long> HeadAsync();
}

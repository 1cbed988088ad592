using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Audit;

/// <summary>
/// How long one tenant's trail is kept, and its deletion. Key: <c>_sys/{tenant}</c>: a trail outlives its tenant, and so do its holds.
/// </summary>
[Alias("audit-retention")]
public interface IAuditRetentionGrain : IGrainWithStringKey
{
    [Alias("get")]
    Task<AuditRetentionView> GetAsync();

    /// <summary>Refuses less than the platform's own.</summary>
    /// <param name="command">From now on.</param>
    /// <param name="expected">The days until now, or nothing is changed.</param>
    /// <param name="caller">Who says so.</param>
    [Alias("set")]
    Task<Result<AuditRetentionView>> SetAsync(SetAuditRetention command, int expected, Caller caller);

    /// <summary>Nothing is deleted from the answer on. At most <see cref="AuditHold.Most"/>.</summary>
    [Alias("hold")]
    Task<Result<AuditHold>> HoldAsync(PlaceAuditHold command, Caller caller);

    /// <summary>What an operator placed only an operator releases.</summary>
    [Alias("release")]
    Task<Result<AuditHold>> ReleaseAsync(string hold, Caller caller);

    /// <summary>Deletes the records of segments whose time is over, some at a time. Answers the last record that is no longer kept.</summary>
    [Alias("prune-due")]
    Task<long> PruneDueAsync();
}

using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;

namespace Platform.Abstractions.Audit;

/// <summary>
/// Commits to the ends of all trails at regular times, and compares the store with what was committed to before. Key: <c>_sys/audit-watch</c>; one for a cluster.
/// </summary>
[Alias("audit-watch")]
public interface IAuditWatchGrain : IGrainWithStringKey
{
    /// <summary>Makes a platform checkpoint when the last one is older than this, and wakes trails whose segment is overdue.</summary>
    [Alias("keep-up")]
    Task<AuditWatchView> KeepUpAsync(TimeSpan every);

    /// <summary>Makes a platform checkpoint now; <c>unavailable</c> while the audit keys are out of reach.</summary>
    [Alias("take")]
    Task<Result<string>> TakeAsync(Caller caller);

    /// <summary>Signed platform checkpoints, oldest first, from a number on.</summary>
    [Alias("page")]
    Task<string[]> PageAsync(long from, int count);

    /// <summary>The proof that a trail is in the last platform checkpoint; <c>not-found</c> when it is not.</summary>
    [Alias("prove")]
    Task<Result<AuditInclusion>> ProveAsync(string tenant, string shard);

    /// <summary>What a witness lacks that has this number; null when it lacks nothing.</summary>
    [Alias("since")]
    Task<WitnessRecord?> SinceAsync(long number);

    /// <summary>Compares the store with what a witness kept. What does not fit is recorded, logged, and its tenant made read-only.</summary>
    /// <param name="witness">Its name.</param>
    /// <param name="record">Its last record, with all heads where it has them.</param>
    [Alias("compare")]
    Task<AuditWatchView> CompareAsync(string witness, WitnessRecord record);

    /// <summary>What no operator accepted yet.</summary>
    [Alias("findings")]
    Task<AuditFinding[]> FindingsAsync();

    /// <summary>Takes a trail as it is now; <c>not-found</c> when nothing is held against it.</summary>
    [Alias("accept")]
    Task<Result<AuditFinding>> AcceptAsync(string tenant, AcceptAuditFinding command, Caller caller);
}

/// <summary>What the platform does with the trail of any tenant. Key: <c>{tenant}/{shard}</c>; the same grain as <see cref="IAuditStreamGrain"/>.</summary>
[Alias("audit-upkeep"), OpenToPlatformGrains]
public interface IAuditUpkeepGrain : IGrainWithStringKey
{
    /// <summary>Seals what is due, of a trail that nobody uses.</summary>
    [Alias("seal-due")]
    Task SealDueAsync();

    /// <summary>Puts a finding on record; once, however often it is called.</summary>
    [Alias("record-finding")]
    Task RecordFindingAsync(AuditFinding finding);

    /// <summary>Puts on record that records are about to be deleted, because their time is over.</summary>
    [Alias("record-pruning")]
    Task RecordPruningAsync(PrunedTrail pruned);

    /// <summary>Whether the vault has a salt of this trail; null when it does not say.</summary>
    [Alias("has-salt")]
    Task<bool?> HasSaltAsync();

    /// <summary>Takes the salt of this trail away for good: no HMAC in it is found by its value any more. <c>unavailable</c> when it must be tried again.</summary>
    [Alias("forget-salt")]
    Task<Problem?> ForgetSaltAsync();
}

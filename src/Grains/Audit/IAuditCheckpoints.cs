using Platform.Abstractions.Audit;

namespace Platform.Grains.Audit;

/// <summary>Where a trail ends, and how far it is sealed.</summary>
/// <param name="Tenant">Whose, as it is stored: text that is no tenant's id is a trail too.</param>
/// <param name="Shard">Of the tenant.</param>
/// <param name="Head">Its last record.</param>
/// <param name="Oldest">Time of the first record that is kept; null when none is.</param>
/// <param name="OpenSince">Time of the first record that is in no sealed segment; null when all are.</param>
public sealed record TrailEnd(string Tenant, string Shard, AuditHead Head, DateTimeOffset? Oldest, DateTimeOffset? OpenSince);

/// <summary>A platform checkpoint as it is stored.</summary>
public sealed record PlatformCheckpointRow(long Number, DateTimeOffset At, string Statement);

/// <summary>Platform checkpoints, and the heads that the last one commits to.</summary>
public interface IAuditCheckpoints
{
    /// <summary>Up to so many trails by tenant and shard in ordinal order, after one when given.</summary>
    ValueTask<IReadOnlyList<TrailEnd>> EndsAsync((string Tenant, string Shard)? after, int count, CancellationToken cancel);

    /// <summary>The checkpoint with the highest number; null when there is none.</summary>
    ValueTask<PlatformCheckpointRow?> LastAsync(CancellationToken cancel);

    /// <summary>Up to so many checkpoints from a number on, oldest first.</summary>
    ValueTask<IReadOnlyList<PlatformCheckpointRow>> CheckpointsAsync(long from, int count, CancellationToken cancel);

    /// <summary>All heads of the last checkpoint, in their order.</summary>
    ValueTask<IReadOnlyList<TrailHead>> HeadsAsync(CancellationToken cancel);

    /// <summary>Stores a checkpoint with the heads that changed (sequence 0: no more) in one transaction. <see cref="AuditConflictException"/> when the number exists; then nothing was written.</summary>
    ValueTask SaveAsync(PlatformCheckpointRow checkpoint, IReadOnlyList<TrailHead> changed, CancellationToken cancel);
}

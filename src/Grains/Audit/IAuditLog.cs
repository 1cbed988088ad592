using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Audit;

/// <summary>One link of a chain as it is stored.</summary>
/// <param name="Sequence">1 for the first event of the shard.</param>
/// <param name="EventId">Unique in the tenant.</param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Hash">32 bytes.</param>
/// <param name="Record">Canonical UTF-8 JSON.</param>
public readonly record struct AuditRow(long Sequence, Guid EventId, DateTimeOffset At, byte[] Hash, byte[] Record);

/// <summary>The end of a chain: sequence 0 and 32 zero bytes when it is empty.</summary>
public readonly record struct AuditHead(long Sequence, byte[] Hash);

/// <summary>A sealed segment as it is stored.</summary>
/// <param name="Number">1 for the first segment of the shard.</param>
/// <param name="First">Sequence of its first record.</param>
/// <param name="Last">Sequence of its last record.</param>
/// <param name="SealedAt">When it was signed.</param>
/// <param name="Statement">The signed header.</param>
public sealed record AuditSegmentRow(long Number, long First, long Last, DateTimeOffset SealedAt, string Statement);

/// <summary>An intent as it is stored: the event that it becomes when its request is never heard of again.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Shard">Of the tenant.</param>
/// <param name="Event">Its id is the <see cref="AuditIntent.Partner"/> of the outcome's.</param>
public sealed record AuditIntentRow(TenantId Tenant, string Shard, AuditEvent Event);

/// <summary>The append-only table of audit events, keyed by tenant, shard and sequence.</summary>
public interface IAuditLog
{
    ValueTask<AuditHead> HeadAsync(TenantId tenant, string shard, CancellationToken cancel);

    /// <summary>
    /// Appends rows in one transaction and returns after they are on disk. The key fences a second writer:
    /// <see cref="AuditConflictException"/> when a sequence exists, or an event id is stored already; then nothing was written. Ends the intents that the rows are the outcomes of, and those that
    /// they are themselves.
    /// </summary>
    ValueTask AppendAsync(TenantId tenant, string shard, IReadOnlyList<AuditRow> rows, CancellationToken cancel);

    /// <summary>Stores intents and returns after they are on disk. One that is stored already, or whose outcome is, stays as it is.</summary>
    ValueTask IntendAsync(TenantId tenant, string shard, IReadOnlyList<AuditEvent> intents, CancellationToken cancel);

    /// <summary>Up to <paramref name="count"/> intents of all tenants that were made before a moment and have no outcome.</summary>
    ValueTask<IReadOnlyList<AuditIntentRow>> IntentsAsync(DateTimeOffset before, int count, CancellationToken cancel);

    /// <summary>Up to <paramref name="count"/> rows from <paramref name="from"/> on, oldest first.</summary>
    ValueTask<IReadOnlyList<AuditRow>> ReadAsync(TenantId tenant, string shard, long from, int count, CancellationToken cancel);

    /// <summary>Stores a sealed segment. The key fences a second writer: <see cref="AuditConflictException"/> when the number exists.</summary>
    ValueTask SealAsync(TenantId tenant, string shard, AuditSegmentRow segment, CancellationToken cancel);

    /// <summary>The segment with the highest number; null when none is sealed.</summary>
    ValueTask<AuditSegmentRow?> LastSegmentAsync(TenantId tenant, string shard, CancellationToken cancel);

    /// <summary>Up to <paramref name="count"/> segments from number <paramref name="from"/> on, oldest first.</summary>
    ValueTask<IReadOnlyList<AuditSegmentRow>> SegmentsAsync(TenantId tenant, string shard, long from, int count, CancellationToken cancel);

    /// <summary>The signed <see cref="Platform.Abstractions.Audit.PrunedTrail"/>; null while all records are kept.</summary>
    ValueTask<string?> PrunedAsync(TenantId tenant, string shard, CancellationToken cancel);

    /// <summary>
    /// Stores the statement, then deletes the records up to a sequence, a few thousand in a transaction. Repeating it is safe, and goes on where it was cut short. The end of the trail
    /// stays known when no record is left.
    /// </summary>
    ValueTask PruneAsync(TenantId tenant, string shard, long through, string statement, CancellationToken cancel);

    /// <summary>Which of the ids are stored already.</summary>
    ValueTask<IReadOnlySet<Guid>> ExistingAsync(TenantId tenant, IReadOnlyList<Guid> eventIds, CancellationToken cancel);
}

/// <summary>Another activation wrote first, or an event of the batch is stored already. Nothing of the batch was written.</summary>
public sealed class AuditConflictException : Exception
{
    public AuditConflictException() : base("The audit log already holds a row with this sequence or event id.") { }

    public AuditConflictException(string message) : base(message) { }

    public AuditConflictException(string message, Exception inner) : base(message, inner) { }
}

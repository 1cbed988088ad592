using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>One caller's change: all of it is stored, or nothing.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Shard">Of the tenant.</param>
/// <param name="Rows">To be appended.</param>
/// <param name="Segment">To be sealed; null when records are appended.</param>
/// <param name="Checkpoint">To be stored; null when it is about one trail.</param>
/// <param name="Prune">To be deleted; null when something is added.</param>
internal sealed record AuditAppend(string Tenant, string Shard, IReadOnlyList<AuditRow> Rows, AuditSegmentRow? Segment = null, CheckpointAppend? Checkpoint = null, PruneAppend? Prune = null) : IBatchItem
{
    /// <summary>To be stored apart from the chain.</summary>
    public IReadOnlyList<AuditEvent> Intents { get; init; } = [];

    public int Bytes => Rows.Sum(row => row.Record.Length + 128) + Intents.Sum(intent => intent.Record.Length + 64) + (Segment?.Statement.Length ?? 0) + (128 * (Checkpoint?.Changed.Count ?? 0));

    /// <exception cref="ArgumentException">These are no rows of a chain.</exception>
    public static void Require(string shard, IReadOnlyList<AuditRow> rows)
    {
        ArgumentException.ThrowIfNullOrEmpty(shard);
        foreach (var row in rows)
        {
            if (row is not { Sequence: > 0, Hash.Length: AuditChain.HashSize, Record.Length: > 0 })
            {
                throw new ArgumentException($"An audit row has a sequence from 1 on, a hash of {AuditChain.HashSize} bytes and a record.", nameof(rows));
            }
        }
    }
}

/// <summary>A platform checkpoint with the heads that changed.</summary>
internal sealed record CheckpointAppend(PlatformCheckpointRow Row, IReadOnlyList<TrailHead> Changed);

/// <summary>Deletes records whose time is over, some at a time.</summary>
/// <param name="Through">The last of them.</param>
/// <param name="Statement">What is signed of it.</param>
internal sealed record PruneAppend(long Through, string Statement)
{
    /// <summary>In one transaction, so that appends do not wait long.</summary>
    public const int Most = 4_096;

    /// <summary>How many the transaction deleted.</summary>
    public int Deleted { get; set; }
}

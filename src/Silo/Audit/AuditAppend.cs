using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>One caller's change: all of it is stored, or nothing.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Shard">Of the tenant.</param>
/// <param name="Rows">To be appended.</param>
/// <param name="Segment">To be sealed; null when records are appended.</param>
internal sealed record AuditAppend(string Tenant, string Shard, IReadOnlyList<AuditRow> Rows, AuditSegmentRow? Segment = null) : IBatchItem
{
    /// <summary>To be stored apart from the chain.</summary>
    public IReadOnlyList<AuditEvent> Intents { get; init; } = [];

    public int Bytes => Rows.Sum(row => row.Record.Length + 128) + Intents.Sum(intent => intent.Record.Length + 64) + (Segment?.Statement.Length ?? 0);

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

using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>One caller's rows: all of them are stored, or none.</summary>
internal sealed record AuditAppend(string Tenant, string Shard, IReadOnlyList<AuditRow> Rows) : IBatchItem
{
    public int Bytes { get; } = Rows.Sum(row => row.Record.Length + 128);

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

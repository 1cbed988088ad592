using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>One caller's rows: all of them are stored, or none.</summary>
internal sealed record AuditAppend(string Tenant, string Shard, IReadOnlyList<AuditRow> Rows) : IBatchItem
{
    public int Bytes { get; } = Rows.Sum(row => row.Record.Length + 128);
}

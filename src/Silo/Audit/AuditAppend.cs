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
    public int Bytes { get; } = Rows.Sum(row => row.Record.Length + 128) + (Segment?.Statement.Length ?? 0);
}

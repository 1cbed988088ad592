using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;

namespace Platform.Bench.AuditLog;

/// <summary>One tenant's chain, straight into the log: one append at a time.</summary>
internal sealed class Chain(IAuditLog log, TenantId tenant)
{
    private long _sequence;
    private byte[] _head = new byte[AuditChain.HashSize];

    public async Task AppendAsync(int count, Func<AuditEvent> next)
    {
        var rows = new AuditRow[count];
        for (var i = 0; i < count; i++)
        {
            var made = next();
            var hash = new byte[AuditChain.HashSize];
            AuditChain.Next(_head, made.Record, hash);
            rows[i] = new AuditRow(++_sequence, made.EventId, made.At, hash, made.Record);
            _head = hash;
        }

        await log.AppendAsync(tenant, "0", rows, CancellationToken.None);
    }
}

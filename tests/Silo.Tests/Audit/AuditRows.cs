using System.Security.Cryptography;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;

namespace Platform.Silo.Tests.Audit;

internal static class AuditRows
{
    public static TenantId Tenant { get; } = TenantId.TryParse("aaaaaaaa", out var id) ? id : default;

    public static AuditRow Row(long sequence, Guid? eventId = null) => new(
        sequence,
        eventId ?? Guid.CreateVersion7(),
        DateTimeOffset.UnixEpoch.AddTicks(sequence),
        SHA256.HashData(BitConverter.GetBytes(sequence)),
        "{\"what\":\"tools/call\"}"u8.ToArray());

    public static AuditRow[] Rows(long first, int count) => [.. Enumerable.Range(0, count).Select(i => Row(first + i))];
}

using Platform.Abstractions.Audit;
using Platform.Grains.Audit;

namespace Platform.Silo.Audit;

/// <summary>How the columns of <c>audit_event</c> are encoded.</summary>
internal static class AuditRowCodec
{
    public const int EventIdSize = 16;

    /// <summary>Big-endian, so that ids made in order of time (UUIDv7) are neighbours in the index.</summary>
    public static void Write(Guid id, Span<byte> bytes) => id.TryWriteBytes(bytes, bigEndian: true, out _);

    public static Guid EventId(ReadOnlySpan<byte> bytes) => new(bytes, bigEndian: true);

    /// <summary>The end of a trail none of whose records is kept, from what is signed of them; its beginning when nothing is.</summary>
    public static AuditHead Head(string? pruned) =>
        PrunedTrail.TryRead(pruned, out _, out var trail) && trail.Hash.Length == 2 * AuditChain.HashSize
            ? new AuditHead(trail.Through, Convert.FromHexString(trail.Hash))
            : new AuditHead(0, new byte[AuditChain.HashSize]);

    /// <summary>Units of 100 ns since 1970, UTC: exactly what <see cref="DateTimeOffset"/> holds.</summary>
    public static long Instant(DateTimeOffset at) => at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;

    public static DateTimeOffset Instant(long stored) => DateTimeOffset.UnixEpoch.AddTicks(stored);
}

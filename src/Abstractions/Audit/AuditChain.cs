using System.Security.Cryptography;

namespace Platform.Abstractions.Audit;

/// <summary>
/// The hash chain: <c>h(n) = SHA-256(0x00 || h(n-1) || record)</c>, <c>h(0)</c> = 32 zero bytes. Here, and not beside the grain, because the
/// offline verifier computes it too.
/// </summary>
public static class AuditChain
{
    public const int HashSize = 32;

    /// <summary>The hash before the first event.</summary>
    public static ReadOnlySpan<byte> Genesis => new byte[HashSize];

    /// <summary>Writes the hash that follows <paramref name="previous"/> into <paramref name="next"/>; the two may be the same memory.</summary>
    public static void Next(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> record, Span<byte> next)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0x00]);
        hash.AppendData(previous);
        hash.AppendData(record);
        hash.GetHashAndReset(next);
    }
}

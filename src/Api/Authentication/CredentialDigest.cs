using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Platform.Api.Authentication;

/// <summary>The SHA-256 of a presented credential: the only form in which an API node remembers one.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CredentialDigest(ulong A, ulong B, ulong C, ulong D)
{
    public static CredentialDigest Of(ReadOnlySpan<char> credential)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(MemoryMarshal.AsBytes(credential), hash);
        return new CredentialDigest(
            BinaryPrimitives.ReadUInt64LittleEndian(hash),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[24..]));
    }

    public override int GetHashCode() => (int)A;
}

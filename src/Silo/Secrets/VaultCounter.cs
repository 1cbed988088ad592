using System.Buffers.Binary;
using System.Security.Cryptography;
using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>The highest counter that the vault has written, in a file of its own: 8 bytes, big-endian, and their HMAC-SHA256.</summary>
internal static class VaultCounter
{
    private const int Size = sizeof(long) + HMACSHA256.HashSizeInBytes;

    public static void Write(string path, long counter, ReadOnlySpan<byte> key)
    {
        Span<byte> content = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(content, counter);
        HMACSHA256.HashData(key, content[..sizeof(long)], content[sizeof(long)..]);
        PrivateFiles.Replace(path, content);
    }

    /// <exception cref="VaultTamperedException">A holder of the key did not write it.</exception>
    public static long Read(string path, ReadOnlySpan<byte> key)
    {
        var content = PrivateFileBytes.Read(path, Size);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (content.Length == Size)
        {
            HMACSHA256.HashData(key, content.AsSpan(0, sizeof(long)), mac);
        }

        return content.Length == Size && CryptographicOperations.FixedTimeEquals(mac, content.AsSpan(sizeof(long)))
            ? BinaryPrimitives.ReadInt64BigEndian(content)
            : throw new VaultTamperedException($"The vault's counter {path} was changed, or the vault key is another one; restore the vault from a backup.");
    }
}

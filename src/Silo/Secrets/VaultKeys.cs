using System.Security.Cryptography;
using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>The root key's children, one for each purpose. They live in memory for as long as the vault.</summary>
internal sealed class VaultKeys
{
    private const int KeySize = 32;

    private VaultKeys(ReadOnlySpan<byte> root)
    {
        Entries = Derive(root, "mocopr/vault/entries"u8);
        Header = Derive(root, "mocopr/vault/header"u8);
        Counter = Derive(root, "mocopr/vault/counter"u8);
    }

    /// <summary>AES-256-GCM of the entries.</summary>
    public byte[] Entries { get; }

    /// <summary>HMAC-SHA256 of the file.</summary>
    public byte[] Header { get; }

    /// <summary>HMAC-SHA256 of the counter file.</summary>
    public byte[] Counter { get; }

    public static VaultKeys Create(string path)
    {
        var root = RandomNumberGenerator.GetBytes(KeySize);
        try
        {
            PrivateFiles.Replace(path, root);
            return new VaultKeys(root);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(root);
        }
    }

    /// <exception cref="DataDirectoryException">Others can read the file, or it is not ours.</exception>
    /// <exception cref="VaultTamperedException">It is not a key.</exception>
    public static VaultKeys Read(string path)
    {
        var root = PrivateFileBytes.Read(path, maxBytes: KeySize);
        try
        {
            return root.Length == KeySize
                ? new VaultKeys(root)
                : throw new VaultTamperedException($"The vault key {path} does not have {KeySize} bytes; restore it from a backup.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(root);
        }
    }

    private static byte[] Derive(ReadOnlySpan<byte> root, ReadOnlySpan<byte> purpose)
    {
        var key = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, key, [], purpose);
        return key;
    }
}

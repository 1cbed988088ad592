using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Silo.Secrets;

/// <summary>AES-256-GCM of single entries. The associated data ties a ciphertext to its name, version and place in time.</summary>
internal static class VaultCipher
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static VaultEntry Encrypt(ReadOnlySpan<byte> key, string name, long version, long counter, ReadOnlySpan<byte> value)
    {
        var entry = new VaultEntry(
            name, version, counter, default, Expires: null, Enabled: false, RandomNumberGenerator.GetBytes(NonceSize), new byte[value.Length], new byte[TagSize]);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(entry.Nonce, value, entry.Data, entry.Tag, Associated(entry));
        return entry;
    }

    /// <exception cref="VaultTamperedException">The entry was not made with this key for this place.</exception>
    public static byte[] Decrypt(ReadOnlySpan<byte> key, VaultEntry entry)
    {
        var value = new byte[entry.Data.Length];
        using var aes = new AesGcm(key, TagSize);
        try
        {
            aes.Decrypt(entry.Nonce, entry.Data, entry.Tag, value, Associated(entry));
            return value;
        }
        catch (CryptographicException e)
        {
            throw new VaultTamperedException($"The secret '{entry.Name}' does not open; restore the vault from a backup.", e);
        }
    }

    // A name has no '|', so no two places give the same bytes. They are those of the file's first format: a migration encrypts nothing anew.
    private static byte[] Associated(VaultEntry entry) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"vault/1|{entry.Name}|{entry.Version}|{entry.Counter}"));
}

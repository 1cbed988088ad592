using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Platform.Silo.Secrets;

/// <summary>Writes Data Protection keys so that the files are worth nothing without the vault.</summary>
internal sealed class VaultXmlEncryptor(DataProtectionKey key) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        try
        {
            return new EncryptedXmlInfo(VaultXml.Encrypt(key.Bytes, plain), typeof(VaultXmlDecryptor));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}

/// <summary>Made by Data Protection by its type's name, which the key files carry: moving it makes old keys unreadable.</summary>
internal sealed class VaultXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var plain = VaultXml.Decrypt(services.GetRequiredService<DataProtectionKey>().Bytes, encryptedElement);
        try
        {
            return XElement.Parse(Encoding.UTF8.GetString(plain));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}

/// <summary>The element in the key files: AES-256-GCM in Base64, <c>nonce | tag | data</c>.</summary>
internal static class VaultXml
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static XElement Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain)
    {
        var sealedBytes = new byte[NonceSize + TagSize + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceSize + TagSize), sealedBytes.AsSpan(NonceSize, TagSize), "data-protection/1"u8);
        return new XElement("vaultKey", Convert.ToBase64String(sealedBytes));
    }

    /// <exception cref="CryptographicException">It was changed, or the vault's key is another one.</exception>
    public static byte[] Decrypt(ReadOnlySpan<byte> key, XElement element)
    {
        var sealedBytes = Convert.FromBase64String(element.Value);
        if (sealedBytes.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("The Data Protection key is cut short.");
        }

        var plain = new byte[sealedBytes.Length - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(
            sealedBytes.AsSpan(0, NonceSize), sealedBytes.AsSpan(NonceSize + TagSize), sealedBytes.AsSpan(NonceSize, TagSize), plain, "data-protection/1"u8);
        return plain;
    }
}

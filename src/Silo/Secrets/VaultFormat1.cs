using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Silo.Secrets;

/// <summary>
/// Reads <c>vault/1</c>, which knew neither dates nor disabled versions, as strictly as it was written; the vault writes it as today's format when it is opened.
/// The ciphertexts are the same in both.
/// </summary>
internal static class VaultFormat1
{
    private const string Format = "vault/1";

    /// <summary>The document in today's form, or null when the bytes are not of this format, or were changed.</summary>
    /// <param name="bytes">Of the file.</param>
    /// <param name="key">Of the MAC.</param>
    /// <param name="written">When the file was written: no version is younger.</param>
    public static VaultDocument? Open(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key, DateTimeOffset written)
    {
        var old = Parse(bytes);
        if (old is not { Format: Format, Entries: not null, Mac: not null }
            || !CryptographicOperations.FixedTimeEquals(old.Mac, HMACSHA256.HashData(key, Encode(old with { Mac = [] })))
            || !bytes.SequenceEqual(Encode(old)))
        {
            return null;
        }

        var entries = old.Entries.Select(entry => new VaultEntry(entry.Name, entry.Version, entry.Counter, written, Expires: null, Enabled: true, entry.Nonce, entry.Data, entry.Tag));
        return VaultDocument.Empty with { Counter = old.Counter, Entries = [.. entries] };
    }

    // The parser's message would quote the file.
    private static VaultDocument1? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, VaultJson1.Default.VaultDocument1);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static byte[] Encode(VaultDocument1 document) => JsonSerializer.SerializeToUtf8Bytes(document, VaultJson1.Default.VaultDocument1);
}

internal sealed record VaultEntry1(string Name, long Version, long Counter, byte[] Nonce, byte[] Data, byte[] Tag);

internal sealed record VaultDocument1(string Format, long Counter, IReadOnlyList<VaultEntry1> Entries, byte[] Mac);

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(VaultDocument1))]
internal sealed partial class VaultJson1 : JsonSerializerContext;

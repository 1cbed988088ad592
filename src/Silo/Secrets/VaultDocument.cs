using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Silo.Secrets;

/// <summary>One version of a secret, encrypted; name, version and counter are its associated data, and the document's MAC covers the rest too.</summary>
internal sealed record VaultEntry(
    string Name, long Version, long Counter, DateTimeOffset Created, DateTimeOffset? Expires, bool Enabled, byte[] Nonce, byte[] Data, byte[] Tag);

/// <summary>
/// The content of <c>vault.json</c>. The MAC covers the counter and all entries in their order, and the bytes of the file must be exactly
/// what we would write, so that no byte can change unseen.
/// </summary>
internal sealed record VaultDocument(string Format, long Counter, IReadOnlyList<VaultEntry> Entries, byte[] Mac)
{
    public const string CurrentFormat = "vault/2";

    public static VaultDocument Empty { get; } = new(CurrentFormat, 0, [], []);

    public byte[] Seal(ReadOnlySpan<byte> key) => Encode(this with { Mac = ComputeMac(key) });

    /// <exception cref="VaultTamperedException">The bytes are not what a holder of the key wrote.</exception>
    public static VaultDocument Open(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key)
    {
        var document = Parse(bytes);
        if (document is not { Format: CurrentFormat, Entries: not null, Mac: not null }
            || !CryptographicOperations.FixedTimeEquals(document.Mac, document.ComputeMac(key))
            || !bytes.SequenceEqual(Encode(document)))
        {
            throw new VaultTamperedException("The vault's file was changed, or the vault key is another one; restore both from the same backup.");
        }

        return document;
    }

    // The parser's message would quote the file.
    private static VaultDocument? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, VaultJson.Default.VaultDocument);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private byte[] ComputeMac(ReadOnlySpan<byte> key) => HMACSHA256.HashData(key, Encode(this with { Mac = [] }));

    private static byte[] Encode(VaultDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, VaultJson.Default.VaultDocument);
}

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(VaultDocument))]
internal sealed partial class VaultJson : JsonSerializerContext;

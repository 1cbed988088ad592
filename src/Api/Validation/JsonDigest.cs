using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Validation;

/// <summary>
/// A SHA-256 of what a JSON text means: white space, escapes and the order of members make no difference. Numbers count as they are written.
/// </summary>
internal static class JsonDigest
{
    /// <param name="json">Well-formed and bounded, without duplicate names: the guard has seen it.</param>
    public static byte[] Of(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonLimits.DeepestDepth });
        reader.Read();
        return Value(ref reader);
    }

    private static byte[] Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Object(ref reader),
        JsonTokenType.StartArray => Array(ref reader),
        JsonTokenType.String => Leaf('s', Encoding.UTF8.GetBytes(reader.GetString()!)),
        JsonTokenType.Number => Leaf('n', reader.ValueSpan),
        _ => Leaf('l', reader.ValueSpan),
    };

    private static byte[] Object(ref Utf8JsonReader reader)
    {
        var members = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            members[name] = Value(ref reader);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("o"u8);
        foreach (var (name, value) in members)
        {
            // Hashed first, so that no name can reach into its value.
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
            hash.AppendData(value);
        }

        return hash.GetHashAndReset();
    }

    private static byte[] Array(ref Utf8JsonReader reader)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("a"u8);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            hash.AppendData(Value(ref reader));
        }

        return hash.GetHashAndReset();
    }

    private static byte[] Leaf(char kind, ReadOnlySpan<byte> text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([(byte)kind]);
        hash.AppendData(text);
        return hash.GetHashAndReset();
    }
}

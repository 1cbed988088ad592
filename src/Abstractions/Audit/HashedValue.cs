using System.Security.Cryptography;
using System.Text;

namespace Platform.Abstractions.Audit;

/// <summary>Stands for a value that a record must not have: where the HMAC of it goes, and of what. The value itself stays where it was received (AL-3).</summary>
/// <param name="At">Place in the record's bytes, inside a JSON string.</param>
/// <param name="Digest">SHA-256 of the value's UTF-8. It is in no store: who has one could try values.</param>
[GenerateSerializer, Alias("hashed-value"), Immutable]
public readonly record struct HashedValue([property: Id(0)] int At, [property: Id(1)] byte[] Digest)
{
    /// <summary>What every HMAC in a record begins with; 43 characters of base64url follow.</summary>
    public const string Prefix = "hmac:";

    /// <summary>Characters of an HMAC with its prefix.</summary>
    public const int Length = 48;

    /// <summary>What is hashed for a value.</summary>
    public static byte[] DigestOf(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));

    /// <summary>Whether text has the form of an HMAC in a record.</summary>
    public static bool IsHmac(ReadOnlySpan<char> text)
    {
        if (text.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var character in text[Prefix.Length..])
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Never the digest.</summary>
    public override string ToString() => $"HashedValue at {At} [Redacted]";
}

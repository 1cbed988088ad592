using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Tokens;
using Platform.Api.Validation;

namespace Platform.Api.Authentication.Tokens;

/// <summary>A compact JWS taken apart. Nothing in it is believed yet.</summary>
/// <param name="Algorithm">As the header names it.</param>
/// <param name="Kid">As the header names it.</param>
/// <param name="Type">As the header names it.</param>
/// <param name="SigningInput">The bytes that were signed.</param>
/// <param name="Claims">Guarded JSON.</param>
/// <param name="Signature">Decoded.</param>
internal sealed record Jwt(string Algorithm, string Kid, string Type, byte[] SigningInput, byte[] Claims, byte[] Signature);

/// <summary>
/// The form of a token (RFC 7515, 7.1): length, three parts of strict base64url, and a header that has <c>alg</c>, <c>kid</c> and <c>typ</c> and nothing else. A header that names a key, or where to find
/// one, or that must be understood (<c>jwk</c>, <c>jku</c>, <c>x5u</c>, <c>x5c</c>, <c>crit</c>, <c>b64</c>), is refused with everything else that is not listed.
/// </summary>
internal static class JwtForm
{
    private const int MaxText = 128;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonLimits HeaderLimits = new() { MaxDepth = 1, MaxProperties = 3, MaxStringLength = MaxText, MaxNodes = 4 };

    private static readonly JsonLimits ClaimLimits = new() { MaxDepth = 5, MaxProperties = 50, MaxStringLength = 4_096, MaxItems = 200, MaxNodes = 400, MaxNumberLength = 32 };

    /// <summary>Whether a credential is meant to be a token rather than a key or a session: those have no dots.</summary>
    public static bool IsMeant(ReadOnlySpan<char> credential) => credential.Contains('.') && !credential.StartsWith("mcp", StringComparison.Ordinal);

    /// <summary>Null for whatever is not exactly a token.</summary>
    public static Jwt? Read(string token) => Read(token, needsType: true);

    /// <summary>The same, for an ID token: OpenID Connect does not ask for <c>typ</c>; without one it is empty.</summary>
    public static Jwt? ReadIdToken(string token) => Read(token, needsType: false);

    private static Jwt? Read(string token, bool needsType)
    {
        if (token.Length > AccessTokenRules.MaxLength)
        {
            return null;
        }

        var first = token.IndexOf('.', StringComparison.Ordinal);
        var second = first < 0 ? -1 : token.IndexOf('.', first + 1);
        if (second < 0
            || Decode(token.AsSpan(0, first)) is not { } header
            || Decode(token.AsSpan((first + 1)..second)) is not { } claims
            || Decode(token.AsSpan(second + 1)) is not { } signature
            || !JsonGuard.Check(header, HeaderLimits).Accepted
            || !JsonGuard.Check(claims, ClaimLimits).Accepted)
        {
            return null;
        }

        return ReadHeader(header) is var (algorithm, kid, type) && (type.Length > 0 || !needsType)
            ? new Jwt(algorithm, kid, type, Encoding.ASCII.GetBytes(token, 0, second), claims, signature)
            : null;
    }

    private static (string Algorithm, string Kid, string Type)? ReadHeader(ReadOnlySpan<byte> header)
    {
        string? algorithm = null, kid = null, type = null;
        var reader = new Utf8JsonReader(header);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueTextEquals("alg"u8) ? 'a' : reader.ValueTextEquals("kid"u8) ? 'k' : reader.ValueTextEquals("typ"u8) ? 't' : '?';
            if (name == '?' || !reader.Read() || reader.TokenType != JsonTokenType.String)
            {
                return null;
            }

            _ = name switch { 'a' => algorithm = reader.GetString(), 'k' => kid = reader.GetString(), _ => type = reader.GetString() };
        }

        return algorithm is null || kid is null || type is "" ? null : (algorithm, kid, type ?? "");
    }

    // One token has one spelling: no padding, no white space, no stray bits at the end. Otherwise a token that was looked at could come back in another dress.
    private static byte[]? Decode(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty || part.ContainsAnyExcept(Alphabet) || part.Length % 4 == 1)
        {
            return null;
        }

        var decoded = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        if (Base64Url.DecodeFromChars(part, decoded, out _, out var length) != OperationStatus.Done)
        {
            return null;
        }

        // The decoder refuses stray bits today; that it does is nowhere promised.
        Span<char> again = stackalloc char[4];
        var tail = length % 3;
        if (tail > 0)
        {
            Base64Url.TryEncodeToChars(decoded.AsSpan(length - tail, tail), again, out var written);
            if (!part[^written..].SequenceEqual(again[..written]))
            {
                return null;
            }
        }

        return decoded.Length == length ? decoded : decoded[..length];
    }
}

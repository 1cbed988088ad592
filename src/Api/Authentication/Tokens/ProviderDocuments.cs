using System.Text.Json;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.SigningKeys;
using Platform.Api.Validation;

namespace Platform.Api.Authentication.Tokens;

/// <summary>Reads what a provider publishes: bounded, and nothing of it is believed beyond what the tenant said to believe.</summary>
internal static class ProviderDocuments
{
    private const int MaxKeys = 50;

    private static readonly JsonLimits Limits = new() { MaxDepth = 8, MaxProperties = 200, MaxStringLength = 10_000, MaxItems = 500, MaxNodes = 5_000 };

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    /// <summary>Where discovery is (OpenID Connect Discovery 1.0, section 4).</summary>
    public static Uri DiscoveryOf(string issuer) => new($"{issuer.TrimEnd('/')}/.well-known/openid-configuration");

    /// <summary>Whether it is a discovery document within limits that says to be of exactly this issuer (section 4.3).</summary>
    public static bool IsOf(ReadOnlySpan<byte> document, string issuer) =>
        JsonGuard.Check(document, Limits).Accepted && string.Equals(JsonMember.Text(document, "issuer"u8), issuer, StringComparison.Ordinal);

    /// <summary>Whether it says to be of this issuer but for a slash at the end, which is the commonest mistake.</summary>
    public static bool IsNearly(ReadOnlySpan<byte> document, string issuer) =>
        JsonGuard.Check(document, Limits).Accepted && string.Equals(JsonMember.Text(document, "issuer"u8)?.TrimEnd('/'), issuer.TrimEnd('/'), StringComparison.Ordinal);

    /// <summary>The <c>jwks_uri</c>; null unless the document says that it is of exactly this issuer (section 4.3).</summary>
    public static Uri? KeySetUri(ReadOnlyMemory<byte> document, string issuer) =>
        IsOf(document.Span, issuer)
        && Uri.TryCreate(JsonMember.Text(document.Span, "jwks_uri"u8), UriKind.Absolute, out var uri)
            ? uri
            : null;

    /// <summary>The keys that verify signatures by the provider's algorithms, by kid and algorithm; null when it is no key set. What is not understood is left out.</summary>
    public static Dictionary<(string Kid, string Algorithm), VerifyingKey>? Keys(ReadOnlyMemory<byte> document, IdentityProvider provider)
    {
        if (!JsonGuard.Check(document.Span, Limits).Accepted)
        {
            return null;
        }

        using var parsed = JsonDocument.Parse(document, Strict);
        if (!parsed.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxKeys)
        {
            return null;
        }

        var keys = new Dictionary<(string, string), VerifyingKey>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || Text(item, "kid") is not { Length: <= 128 } kid || Text(item, "kty") is not { } type || Text(item, "use") is not (null or "sig"))
            {
                continue;
            }

            var jwk = new PublicJwk { KeyType = type, Modulus = Text(item, "n"), Exponent = Text(item, "e"), Curve = Text(item, "crv"), X = Text(item, "x"), Y = Text(item, "y") };
            foreach (var algorithm in provider.Algorithms)
            {
                // A key that names its algorithm is used with no other.
                if ((Text(item, "alg") ?? algorithm) == algorithm && VerifyingKey.TryImport(kid, algorithm, jwk, retiresAt: null, out var key) && !keys.TryAdd((kid, algorithm), key))
                {
                    // Two keys of one name: nobody can say which is meant.
                    return null;
                }
            }
        }

        return keys;
    }

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

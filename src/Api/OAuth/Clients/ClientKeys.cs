using Microsoft.IdentityModel.Tokens;

namespace Platform.Api.OAuth.Clients;

/// <summary>A client's public keys, for <c>private_key_jwt</c>.</summary>
internal static class ClientKeys
{
    private const int MaxKeys = 8;
    private const int MinRsaBits = 2_048;

    /// <summary>One to eight keys, RSA of 2048 bits or more or P-256; a private one is somebody's mistake and is refused.</summary>
    public static bool TryRead(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out JsonWebKeySet? keys)
    {
        keys = null;
        try
        {
            var read = JsonWebKeySet.Create(text);
            if (read.Keys is not { Count: > 0 and <= MaxKeys } || read.Keys.Any(key => key.HasPrivateKey || !IsStrong(key)))
            {
                return false;
            }

            keys = read;
            return true;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or System.Text.Json.JsonException or FormatException)
        {
            return false;
        }
    }

    private static bool IsStrong(JsonWebKey key) => key.Kty switch
    {
        JsonWebAlgorithmsKeyTypes.RSA => key.KeySize >= MinRsaBits,
        JsonWebAlgorithmsKeyTypes.EllipticCurve => string.Equals(key.Crv, JsonWebKeyECTypes.P256, StringComparison.Ordinal),
        _ => false,
    };
}

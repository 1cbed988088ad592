using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Platform.Api.OAuth.Tokens;

/// <summary>What a code or refresh token stands for, as it lies in the store: the claims, in clear and without a key. The handle is random and only its hash is stored.</summary>
internal static class HandlePayload
{
    public static string Write(ClaimsPrincipal principal) =>
        JsonSerializer.Serialize(principal.Claims.Select(claim => new StoredClaim(claim.Type, claim.Value, claim.ValueType)).ToArray(), StoredClaims.Default.StoredClaimArray);

    public static ClaimsPrincipal Read(string payload)
    {
        var identity = new ClaimsIdentity("handle", Claims.Name, Claims.Role);
        foreach (var claim in JsonSerializer.Deserialize(payload, StoredClaims.Default.StoredClaimArray) ?? [])
        {
            identity.AddClaim(new Claim(claim.Type, claim.Value, claim.ValueType));
        }

        return new ClaimsPrincipal(identity);
    }
}

internal sealed record StoredClaim(
    [property: JsonPropertyName("t")] string Type,
    [property: JsonPropertyName("v")] string Value,
    [property: JsonPropertyName("k")] string ValueType);

[JsonSerializable(typeof(StoredClaim[]))]
internal sealed partial class StoredClaims : JsonSerializerContext;

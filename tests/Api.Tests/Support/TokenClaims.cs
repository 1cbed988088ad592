using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Support;

/// <summary>The claims of an honest token, and what a test gets wrong about them.</summary>
internal static class TokenClaims
{
    public static JsonObject Honest(TenantClient tenant, DateTimeOffset now, string scope = "tools:read tools:call resources:read prompts:read") => new()
    {
        ["iss"] = Issuer(tenant),
        ["sub"] = $"svc_{tenant.KeyId}",
        ["aud"] = tenant.Platform.McpUrlOf(tenant.Slug).ToString(),
        ["exp"] = now.ToUnixTimeSeconds() + 3600,
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["iat"] = now.ToUnixTimeSeconds(),
        ["jti"] = Guid.NewGuid().ToString("N"),
        ["client_id"] = "https://client.example/metadata.json",
        ["scope"] = scope,
        ["family"] = Guid.NewGuid().ToString("N"),
    };

    public static string Issuer(TenantClient tenant) => $"{tenant.Platform.McpUrl.GetLeftPart(UriPartial.Authority)}/t/{tenant.Slug}";

    /// <summary>The same with a claim set to something else; null leaves it out.</summary>
    public static JsonObject With(this JsonObject claims, string name, JsonNode? value)
    {
        claims.Remove(name);
        if (value is not null)
        {
            claims[name] = value;
        }

        return claims;
    }

    public static Task<string> Sign(this TenantClient tenant, JsonObject claims, string type = "at+jwt", string? algorithm = null) =>
        tenant.Platform.SignToken(tenant.Slug, System.Text.Encoding.UTF8.GetBytes(claims.ToJsonString()), type, algorithm);
}

using System.Text;
using System.Text.Json;
using Platform.Abstractions.IdentityProviders;
using Platform.Api.Validation;

namespace Platform.Api.Authentication.Tokens;

/// <summary>What a provider's rules make of claims that were verified.</summary>
internal static class ClaimRoles
{
    /// <summary>Each role once; none when no rule fits.</summary>
    public static string[] Of(IdentityProvider provider, byte[] claims)
    {
        var roles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in provider.Rules)
        {
            if (JsonMember.TryFind(claims, Encoding.UTF8.GetBytes(rule.Claim), out var value) && Has(value, rule.Value))
            {
                roles.UnionWith(rule.Roles);
            }
        }

        return [.. roles];
    }

    private static bool Has(ReadOnlySpan<byte> json, string value)
    {
        var reader = new Utf8JsonReader(json);
        return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.ValueTextEquals(value) : JsonMember.Lists(json, value);
    }
}

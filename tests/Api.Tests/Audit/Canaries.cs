using System.Security.Cryptography;

namespace Platform.Api.Tests.Audit;

/// <summary>Secrets of many kinds, made up anew in every run: whatever of them is found somewhere got there by itself.</summary>
internal static class Canaries
{
    private const string Letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A secret, and the part of it that nothing else has.</summary>
    public sealed record Canary(string Kind, string Value, string Core);

    public static Canary[] All() =>
    [
        Of("MCP key", "mcpk_live_abcd1234_"),
        Of("management key", "mcpm_live_abcd1234_"),
        Of("access token", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJh."),
        Of("refresh token", ""),
        Of("authorization code", ""),
        Of("client secret", "mcpo_"),
        Of("password", "Hunter2!"),
        Of("bootstrap secret", "boot_", alphabet: "23456789abcdefghjkmnpqrstuvwxyz"),
        Of("webhook secret", "whsec_"),
        Of("private key", "-----BEGIN EC PRIVATE KEY----- MHcCAQEE"),
        Of("seed of an authenticator", "", alphabet: Base32),
        Of("session cookie", "mcps_"),
        Of("argument", "password="),
        Of("user in a URL", "root:", "@db.example"),
        Of("token of GitHub", "ghp_"),
        Of("key of a cloud", "AKIA", alphabet: Base32),
    ];

    private static Canary Of(string kind, string before, string after = "", string alphabet = Letters)
    {
        string core;
        do
        {
            core = RandomNumberGenerator.GetString(alphabet, 40);
        }
        while (!core.Any(char.IsAsciiDigit) || !core.Any(char.IsAsciiLetter) || (alphabet == Letters && (!core.Any(char.IsAsciiLetterUpper) || !core.Any(char.IsAsciiLetterLower))));

        return new Canary(kind, before + core + after, core);
    }
}

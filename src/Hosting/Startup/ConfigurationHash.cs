using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Platform.Hosting.Startup;

/// <summary>What the process was told to be, as one hash: of <c>Key=value</c> lines of the section <c>Platform</c>, in the order of their keys.</summary>
public static class ConfigurationHash
{
    private const string Hidden = "(secret)";

    private static readonly string[] Secrets = ["password", "secret", "passphrase", "connectionstring", "apikey", "token"];

    /// <summary>Lower-case hexadecimal SHA-256. Before references to secrets are resolved; the value of a key that sounds like a secret does not count.</summary>
    public static string Of(IConfiguration configuration)
    {
        var lines = configuration.GetSection(PlatformOptions.Section).AsEnumerable()
            .Where(setting => setting.Value is not null)
            .OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase)
            .Select(setting => $"{setting.Key}={(IsSecret(setting.Key) ? Hidden : setting.Value)}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    private static bool IsSecret(string key)
    {
        var name = key[(key.LastIndexOf(':') + 1)..];
        return key.Contains(":Headers:", StringComparison.OrdinalIgnoreCase) || Array.Exists(Secrets, secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }
}

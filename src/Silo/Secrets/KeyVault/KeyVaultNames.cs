using Platform.Abstractions.Secrets;
using Platform.Grains.Secrets;

namespace Platform.Silo.Secrets.KeyVault;

/// <summary>Names in the vault: the platform's prefix and its environment go before ours (CF-5). Neither has a hyphen, so no two platforms' names are alike.</summary>
internal sealed class KeyVaultNames(string prefix, string environment)
{
    /// <summary>At most 127: 20 of the prefix, 4 of the environment, two hyphens, 100 of ours.</summary>
    public string Of(string name)
    {
        SecretName.Require(name);
        return $"{prefix}-{environment}-{name}";
    }

    /// <summary>The vault's ids of versions, and nothing that would lead elsewhere in its URLs.</summary>
    public static bool IsVersion(string version) => version.Length == 32 && version.All(char.IsAsciiHexDigitLower);
}

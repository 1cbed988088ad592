using System.Text;
using Platform.Grains.Secrets;
using Platform.Hosting;
using Platform.Hosting.Startup;

namespace Platform.Silo.Secrets;

/// <summary>Values <c>secret:name</c> of the configuration are read from the vault before options are checked, and are in memory only.</summary>
internal static class SecretReferences
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens the vault and resolves every reference; null, and nothing is opened, when there is none or this process has no silo role.</summary>
    /// <exception cref="StartupException">Names each setting at fault and never its value, nor what the vault has for it.</exception>
    public static async Task<SiloVault?> ResolveAsync(ConfigurationManager configuration, CancellationToken cancel)
    {
        var settings = Meant(configuration);
        if (settings.Length == 0 || !HasSilo(configuration))
        {
            // Without a silo the options' own check refuses them.
            return null;
        }

        var vault = SiloVault.Open(VaultSettings.Read(configuration));
        try
        {
            IConfigurationBuilder sources = configuration;
            sources.Add(await ReadAsync(settings, vault.Secrets, cancel));
            return vault;
        }
        catch
        {
            vault.Dispose();
            throw;
        }
    }

    /// <summary>Settings that are references and the secrets' names; to be asked for before they are resolved.</summary>
    public static (string Setting, string Name)[] Names(ConfigurationManager configuration) =>
        [.. Meant(configuration).Select(setting => (setting.Key, SecretReference.TryParse(setting.Value, out var reference) ? reference.Name : "")).Where(((string _, string Name) found) => found.Name.Length > 0)];

    private static (string Key, string Value)[] Meant(ConfigurationManager configuration) =>
        [.. configuration.GetSection(PlatformOptions.Section).AsEnumerable().Where(setting => SecretReference.IsMeant(setting.Value)).Select(setting => (setting.Key, setting.Value!))];

    private static async Task<ResolvedSecrets> ReadAsync((string Key, string Value)[] settings, ISecretStore secrets, CancellationToken cancel)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var faults = new List<string>();
        foreach (var (key, value) in settings)
        {
            var fault = SecretReference.TryParse(value, out var reference)
                ? await ReadAsync(reference, secrets, text => values[key] = text, cancel)
                : "is not a reference to a secret; write secret:name or secret:name/version, in lower case.";
            if (fault is not null)
            {
                faults.Add($"{key} {fault}");
            }
        }

        return faults.Count == 0 ? new ResolvedSecrets(values) : throw StartupException.Of(faults);
    }

    private static async Task<string?> ReadAsync(SecretReference reference, ISecretStore secrets, Action<string> found, CancellationToken cancel)
    {
        try
        {
            var value = reference.Version is { } version
                ? await secrets.GetVersionAsync(reference.Name, version, cancel)
                : await secrets.GetAsync(reference.Name, cancel);
            if (value is null)
            {
                return "refers to a secret that the vault does not have; set it with 'secrets set', or correct the name.";
            }

            found(Strict.GetString(value));
            return null;
        }
        catch (SecretStoreException failure) when (failure.Fault is not SecretFault.Unavailable)
        {
            return $"refers to a secret that the vault does not give ({failure.Fault}); see docs/secrets.md.";
        }
        catch (DecoderFallbackException)
        {
            return "refers to a secret that is no text.";
        }
    }

    private static bool HasSilo(ConfigurationManager configuration) =>
        configuration[$"{PlatformOptions.Section}:{nameof(PlatformOptions.Roles)}"] is not { } text || (PlatformRoles.TryParse(text, out var roles) && roles.HasFlag(PlatformRoleSet.Silo));
}

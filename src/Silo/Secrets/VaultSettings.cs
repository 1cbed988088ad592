using Platform.Hosting;
using Platform.Hosting.Startup;

namespace Platform.Silo.Secrets;

/// <summary>What has to be known before a vault is open: which one, and where the data is. None of it can be a reference to a secret.</summary>
internal static class VaultSettings
{
    private static readonly string[] Names = [nameof(PlatformOptions.Roles), nameof(PlatformOptions.DataDirectory), nameof(PlatformOptions.Environment)];

    /// <summary>Options with these settings; all others are the defaults, whatever the configuration says.</summary>
    /// <exception cref="StartupException">Names each setting at fault and the cure.</exception>
    public static PlatformOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(PlatformOptions.Section);
        var vault = section.GetSection(nameof(PlatformOptions.Secrets));
        var references = Names.Select(section.GetSection).Concat(vault.GetChildren()).Where(setting => SecretReference.IsMeant(setting.Value)).ToArray();
        if (references.Length > 0)
        {
            throw StartupException.Of(references.Select(setting => $"{setting.Path} cannot be a reference to a secret: it is needed to reach the vault."));
        }

        var settings = Names.Select(section.GetSection).Concat(vault.GetChildren()).Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create(setting.Path, setting.Value));
        return ValidatedOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), PlatformOptions.Section, new PlatformOptionsValidator());
    }
}

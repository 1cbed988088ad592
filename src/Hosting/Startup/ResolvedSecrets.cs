using Microsoft.Extensions.Configuration;

namespace Platform.Hosting.Startup;

/// <summary>The values of references, by their settings' keys: the last word of the configuration, in memory only.</summary>
public sealed class ResolvedSecrets : ConfigurationProvider, IConfigurationSource
{
    public ResolvedSecrets(IReadOnlyDictionary<string, string?> values)
    {
        foreach (var (key, value) in values)
        {
            Data[key] = value;
        }
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>Whether the setting's value came from a vault.</summary>
    public static bool Holds(IConfiguration configuration, string key) =>
        configuration is IConfigurationRoot root && root.Providers.OfType<ResolvedSecrets>().Any(provider => provider.TryGet(key, out _));

    // The base class prints its name only; so does this, whatever it becomes.
    public override string ToString() => "ResolvedSecrets [Redacted]";
}

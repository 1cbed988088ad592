using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Secrets;
using Platform.Grains.Secrets;
using Platform.Silo.Secrets.KeyVault;
using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>Embedded secrets for the composition root.</summary>
internal static class SecretsRegistration
{
    /// <summary>The local vault as <see cref="ISecretStore"/>. Needs <see cref="StorageRegistration.AddDataDirectory"/>.</summary>
    /// <param name="services">Of a silo.</param>
    /// <param name="options">Null keeps all of it in the data directory.</param>
    public static IServiceCollection AddLocalVault(this IServiceCollection services, LocalVaultOptions? options = null)
    {
        services.AddSingleton<ISecretStore>(provider => LocalVault.Open(options ?? LocalVaultOptions.In(provider.GetRequiredService<DataDirectory>())));
        return services.AddHostedService<OpenAtStart<ISecretStore>>();
    }

    /// <summary>A vault that is open already, as <see cref="ISecretStore"/>; from now on it can log.</summary>
    public static IServiceCollection AddSecretStore(this IServiceCollection services, ISecretStore secrets) => services.AddSingleton(provider =>
    {
        if (secrets is CachedSecretStore cached)
        {
            cached.Log = provider.GetRequiredService<ILogger<CachedSecretStore>>();
        }

        return secrets;
    });

    /// <summary>Names what the configuration refers to, for who lists secrets.</summary>
    public static void AddSecretReferences(this IServiceCollection services, IEnumerable<(string Setting, string Name)> references)
    {
        foreach (var (setting, name) in references)
        {
            services.AddSingleton(new PlatformSecret(name, SecretUse.Setting, setting));
        }
    }

    /// <summary>Data Protection with its keys in the data directory, or in the cluster's database where there is one, encrypted by a key in the <see cref="ISecretStore"/>.</summary>
    /// <remarks>Register it after the vault and before whatever uses cookies in its own start.</remarks>
    public static IDataProtectionBuilder AddVaultDataProtection(this IServiceCollection services)
    {
        services.AddSingleton(new PlatformSecret(DataProtectionKey.SecretName, SecretUse.Platform, "cookies and forms of the console"));
        services.AddSingleton<DataProtectionKey>();
        services.AddHostedService(provider => provider.GetRequiredService<DataProtectionKey>());
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
        {
            options.XmlRepository = provider.GetService<PostgresDatabase>() is { } database
                ? new PostgresKeyRing(database)
                : new FileSystemXmlRepository(new DirectoryInfo(provider.GetRequiredService<DataDirectory>().KeysDirectory), provider.GetRequiredService<ILoggerFactory>());
            options.XmlEncryptor = new VaultXmlEncryptor(provider.GetRequiredService<DataProtectionKey>());
        }));
        return services.AddDataProtection().SetApplicationName("mocopr");
    }
}

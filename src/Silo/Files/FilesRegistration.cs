using Platform.Grains.Files;
using Platform.Silo.Storage;

namespace Platform.Silo.Files;

/// <summary>Tenants' files for the composition root.</summary>
internal static class FilesRegistration
{
    /// <summary>The sandbox as <see cref="IFileStore"/>. Needs <see cref="StorageRegistration.AddDataDirectory"/>; the start fails where the kernel has no sandbox.</summary>
    /// <param name="services">Of the composition root.</param>
    /// <param name="folder">Shared by the silos of a cluster; empty for a folder of the data directory.</param>
    public static IServiceCollection AddSandboxedFiles(this IServiceCollection services, string folder)
    {
        services.AddSingleton<IFileStore>(provider =>
        {
            var logger = provider.GetRequiredService<ILogger<SandboxedFiles>>();
            return folder.Length == 0 ? new SandboxedFiles(provider.GetRequiredService<DataDirectory>(), logger) : new SandboxedFiles(folder, logger);
        });
        return services.AddHostedService<OpenAtStart<IFileStore>>();
    }
}

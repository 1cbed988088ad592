using Platform.Grains.Files;
using Platform.Silo.Storage;

namespace Platform.Silo.Files;

/// <summary>Tenants' files for the composition root.</summary>
internal static class FilesRegistration
{
    /// <summary>The sandbox as <see cref="IFileStore"/>. Needs <see cref="StorageRegistration.AddDataDirectory"/>; the start fails where the kernel has no sandbox.</summary>
    public static IServiceCollection AddSandboxedFiles(this IServiceCollection services)
    {
        services.AddSingleton<IFileStore, SandboxedFiles>();
        return services.AddHostedService<OpenAtStart<IFileStore>>();
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;

namespace Platform.Grains.Wire;

public static class WireRegistration
{
    /// <summary>Messages may name the types of the manifest and of our list only (IN-6). For both ends: <c>AddPlatformGrains</c> does it for a silo, a client of the cluster calls it itself.</summary>
    public static IServiceCollection AddPlatformWire(this IServiceCollection services)
    {
        services.AddSingleton<IPostConfigureOptions<TypeManifestOptions>, WireTypes>();
        services.AddSingleton<ITypeNameFilter, WireTypeFilter>();
        return services.AddSingleton<ITypeConverter, WireExceptions>();
    }
}

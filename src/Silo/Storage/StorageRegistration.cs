using System.Text.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Platform.Grains.Storage;

namespace Platform.Silo.Storage;

/// <summary>Storage for the composition root.</summary>
internal static class StorageRegistration
{
    /// <summary>
    /// Gives the container the open directory; it is released after everything that was made from it. Open it before the host is built,
    /// so that a second process stops at once.
    /// </summary>
    public static IServiceCollection AddDataDirectory(this IServiceCollection services, DataDirectory directory) =>
        services.AddSingleton(_ => directory);

    /// <summary>SQLite as the default grain storage, with <see cref="IStateIndex"/> and the cleaner of expired rows. Needs <see cref="AddDataDirectory"/>.</summary>
    /// <param name="services">Of a silo.</param>
    /// <param name="stateJson">Knows every state type (source-generated).</param>
    public static IServiceCollection AddSqliteGrainStorage(this IServiceCollection services, JsonSerializerOptions stateJson) =>
        services.AddGrainStorage<SqliteGrainStateTable>(stateJson);

    /// <inheritdoc cref="AddSqliteGrainStorage(IServiceCollection, JsonSerializerOptions)"/>
    public static ISiloBuilder AddSqliteGrainStorage(this ISiloBuilder silo, JsonSerializerOptions stateJson)
    {
        silo.Services.AddSqliteGrainStorage(stateJson);
        return silo;
    }

    /// <summary>Gives the container the open database of a cluster.</summary>
    public static IServiceCollection AddPostgresDatabase(this IServiceCollection services, PostgresDatabase database) => services.AddSingleton(_ => database);

    /// <summary>The cluster's database as the default grain storage, with all that belongs to it. Needs <see cref="AddPostgresDatabase"/>.</summary>
    public static ISiloBuilder AddPostgresGrainStorage(this ISiloBuilder silo, JsonSerializerOptions stateJson)
    {
        silo.Services.AddGrainStorage<PostgresGrainStateTable>(stateJson);
        return silo;
    }

    private static IServiceCollection AddGrainStorage<TTable>(this IServiceCollection services, JsonSerializerOptions stateJson) where TTable : class, IGrainStateTable
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<TTable>();
        services.AddSingleton<IGrainStateTable>(provider => provider.GetRequiredService<TTable>());
        services.AddSingleton<IStateIndex>(provider => provider.GetRequiredService<TTable>());
        services.AddSingleton<ITenantRows>(provider => provider.GetRequiredService<TTable>());
        services.AddHostedService<OpenAtStart<TTable>>();
        services.AddHostedService<ExpiredStateCleaner>();
        return services.AddGrainStorage(
            ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME,
            (provider, _) => new GroupCommitGrainStorage(
                provider.GetRequiredService<IGrainStateTable>(), stateJson, provider.GetRequiredService<TimeProvider>()));
    }
}

using Platform.Abstractions.Tenancy;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>Audit logs for the composition root.</summary>
internal static class AuditRegistration
{
    /// <summary>SQLite as <see cref="IAuditLog"/> and <see cref="IAuditSearch"/>. Needs <see cref="StorageRegistration.AddDataDirectory"/>.</summary>
    public static IServiceCollection AddSqliteAuditLog(this IServiceCollection services)
    {
        services.AddSingleton<SqliteAuditLog>();
        services.AddSingleton<IAuditLog>(provider => provider.GetRequiredService<SqliteAuditLog>());
        services.AddSingleton<IAuditCheckpoints>(provider => provider.GetRequiredService<SqliteAuditLog>());
        services.AddHostedService<OpenAtStart<IAuditLog>>();
        services.AddSingleton(provider =>
        {
            // It reads the file that the log makes.
            provider.GetRequiredService<IAuditLog>();
            return new SqliteAuditSearch(provider.GetRequiredService<DataDirectory>());
        });
        services.AddSingleton<IAuditSearch>(provider => provider.GetRequiredService<SqliteAuditSearch>());
        return services.AddHostedService<AuditSearchUpkeep>();
    }

    /// <summary>The cluster's database as <see cref="IAuditLog"/> and <see cref="IAuditSearch"/>. Needs <see cref="StorageRegistration.AddPostgresDatabase"/>.</summary>
    public static IServiceCollection AddPostgresAuditLog(this IServiceCollection services)
    {
        services.AddSingleton<IAuditLog, PostgresAuditLog>();
        services.AddSingleton<IAuditCheckpoints, PostgresCheckpoints>();
        services.AddSingleton<IAuditSearch, PostgresAuditSearch>();
        return services.AddHostedService<OpenAtStart<IAuditLog>>();
    }

    /// <summary>Reports what a process that died had begun. Needs the audit log and the grains.</summary>
    /// <param name="services">Of the silo.</param>
    /// <param name="isAlone">Whether this is the only process: then what it finds at its start has nobody any more.</param>
    public static IServiceCollection AddUnfinishedRequests(this IServiceCollection services, bool isAlone) => services.AddHostedService(provider => new UnfinishedRequests(
        provider.GetRequiredService<IAuditLog>(), provider.GetRequiredService<TenantGrains>(), isAlone, provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<UnfinishedRequests>>()));
}

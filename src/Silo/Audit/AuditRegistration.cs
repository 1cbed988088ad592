using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>Audit logs for the composition root.</summary>
internal static class AuditRegistration
{
    /// <summary>SQLite as <see cref="IAuditLog"/>. Needs <see cref="StorageRegistration.AddDataDirectory"/>.</summary>
    public static IServiceCollection AddSqliteAuditLog(this IServiceCollection services)
    {
        services.AddSingleton<IAuditLog, SqliteAuditLog>();
        return services.AddHostedService<OpenAtStart<IAuditLog>>();
    }

    /// <summary>The cluster's database as <see cref="IAuditLog"/>. Needs <see cref="StorageRegistration.AddPostgresDatabase"/>.</summary>
    public static IServiceCollection AddPostgresAuditLog(this IServiceCollection services)
    {
        services.AddSingleton<IAuditLog, PostgresAuditLog>();
        return services.AddHostedService<OpenAtStart<IAuditLog>>();
    }
}

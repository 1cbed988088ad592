using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Platform.Api.OAuth;
using Platform.Grains.Deletions;
using Platform.Grains.PersonalData;
using Platform.Silo.Storage;

namespace Platform.Silo.OAuth;

/// <summary>OAuth records for the composition root.</summary>
internal static class OAuthRegistration
{
    /// <summary>OpenIddict's stores over EF Core in <c>oauth.db</c>. Needs <see cref="StorageRegistration.AddDataDirectory"/>.</summary>
    public static IServiceCollection AddSqliteOAuthRecords(this IServiceCollection services)
    {
        services.AddSingleton<OAuthFile>();
        services.AddHostedService<OpenAtStart<OAuthFile>>();
        services.AddDbContext<OAuthDbContext>((provider, options) => options.UseSqlite(
            new SqliteConnectionStringBuilder { DataSource = provider.GetRequiredService<OAuthFile>().Path, Mode = SqliteOpenMode.ReadWrite, ForeignKeys = true }.ConnectionString));
        return services.AddOAuthRecords();
    }

    /// <summary>The same in the cluster's database, whose scripts make the tables. Needs <see cref="StorageRegistration.AddPostgresDatabase"/>.</summary>
    public static IServiceCollection AddPostgresOAuthRecords(this IServiceCollection services)
    {
        services.AddDbContext<OAuthDbContext>((provider, options) => options.UseNpgsql(provider.GetRequiredService<PostgresDatabase>().Source));
        return services.AddOAuthRecords();
    }

    private static IServiceCollection AddOAuthRecords(this IServiceCollection services)
    {
        services.AddHostedService<RecordCleaner>();
        services.AddScoped<ITokenRecords, TokenRecords>();
        services.AddSingleton<ITenantStore, TenantOAuthRecords>();
        services.AddSingleton<IPersonalStore, PersonalOAuthRecords>();
        services.AddOpenIddict().AddCore(core => core
            .UseEntityFrameworkCore()
            .UseDbContext<OAuthDbContext>()
            .ReplaceDefaultEntities<OAuthApplication, OAuthAuthorization, OAuthScope, OAuthToken, string>());
        return services;
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Platform.Api.OAuth;
using Platform.Silo.Storage;

namespace Platform.Silo.OAuth;

/// <summary>Embedded OAuth records for the composition root.</summary>
internal static class OAuthRegistration
{
    /// <summary>OpenIddict's stores over EF Core in <c>oauth.db</c>. Needs <see cref="StorageRegistration.AddDataDirectory"/>.</summary>
    public static IServiceCollection AddSqliteOAuthRecords(this IServiceCollection services)
    {
        services.AddSingleton<OAuthFile>();
        services.AddHostedService<OpenAtStart<OAuthFile>>();
        services.AddHostedService<RecordCleaner>();
        services.AddDbContext<OAuthDbContext>((provider, options) => options.UseSqlite(
            new SqliteConnectionStringBuilder { DataSource = provider.GetRequiredService<OAuthFile>().Path, Mode = SqliteOpenMode.ReadWrite, ForeignKeys = true }.ConnectionString));
        services.AddScoped<ITokenRecords, TokenRecords>();
        services.AddOpenIddict().AddCore(core => core
            .UseEntityFrameworkCore()
            .UseDbContext<OAuthDbContext>()
            .ReplaceDefaultEntities<OAuthApplication, OAuthAuthorization, OAuthScope, OAuthToken, string>());
        return services;
    }
}

using Microsoft.EntityFrameworkCore;
using Platform.Abstractions.Tenants;
using Platform.Grains.Deletions;

namespace Platform.Silo.OAuth;

/// <summary>A tenant's OAuth clients, consents and tokens, for its purge.</summary>
internal sealed class TenantOAuthRecords(IServiceScopeFactory scopes) : ITenantStore
{
    public string Name => "oauth";

    public async ValueTask<long> CountAsync(TenantId tenant, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var records = scope.ServiceProvider.GetRequiredService<OAuthDbContext>();
        return await Of<OAuthToken>(records, tenant).LongCountAsync(cancel)
            + await Of<OAuthAuthorization>(records, tenant).LongCountAsync(cancel)
            + await Of<OAuthApplication>(records, tenant).LongCountAsync(cancel)
            + await Of<OAuthScope>(records, tenant).LongCountAsync(cancel);
    }

    /// <summary>What refers to another goes first.</summary>
    public async ValueTask PurgeAsync(TenantId tenant, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var records = scope.ServiceProvider.GetRequiredService<OAuthDbContext>();
        await records.WriteAsync(() => Of<OAuthToken>(records, tenant).ExecuteDeleteAsync(cancel), cancel);
        await records.WriteAsync(() => Of<OAuthAuthorization>(records, tenant).ExecuteDeleteAsync(cancel), cancel);
        await records.WriteAsync(() => Of<OAuthApplication>(records, tenant).ExecuteDeleteAsync(cancel), cancel);
        await records.WriteAsync(() => Of<OAuthScope>(records, tenant).ExecuteDeleteAsync(cancel), cancel);
    }

    // Nobody entered the tenant here: the rows are named, not filtered.
    private static IQueryable<T> Of<T>(OAuthDbContext records, TenantId tenant) where T : class, ITenantRow
    {
        var id = tenant.ToString();
        return records.Set<T>().IgnoreQueryFilters().Where(row => row.Tenant == id);
    }
}

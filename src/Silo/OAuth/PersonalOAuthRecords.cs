using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.PersonalData;

namespace Platform.Silo.OAuth;

/// <summary>What a person granted to OAuth clients, and the codes and refresh tokens that came of it. Clients are the tenant's and stay.</summary>
internal sealed class PersonalOAuthRecords(IServiceScopeFactory scopes) : IPersonalStore
{
    public string Name => "oauth-grants";

    public async ValueTask<JsonArray> ReadAsync(TenantId tenant, string principal, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var records = scope.ServiceProvider.GetRequiredService<OAuthDbContext>();
        var grants = await Grants(records, tenant, principal).OrderBy(row => row.Id)
            .Select(row => new { row.Id, Client = row.Application!.ClientId, row.Scopes, row.Status, row.CreationDate }).ToListAsync(cancel);
        var tokens = await Tokens(records, tenant, principal).OrderBy(row => row.Id)
            .Select(row => new { row.Id, Client = row.Application!.ClientId, row.Type, row.Status, row.CreationDate, row.ExpirationDate }).ToListAsync(cancel);
        return
        [
            .. grants.Select(row => new JsonObject { ["kind"] = "consent", ["id"] = row.Id, ["client"] = row.Client, ["scopes"] = row.Scopes, ["status"] = row.Status, ["createdAt"] = row.CreationDate }),
            .. tokens.Select(row => new JsonObject { ["kind"] = row.Type, ["id"] = row.Id, ["client"] = row.Client, ["status"] = row.Status, ["createdAt"] = row.CreationDate, ["expiresAt"] = row.ExpirationDate }),
        ];
    }

    /// <summary>What refers to another goes first. A grant that is being made from a consent right now loses it, and is found by the check at the end.</summary>
    public async ValueTask<Problem?> EraseAsync(PersonErasure erasure, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var records = scope.ServiceProvider.GetRequiredService<OAuthDbContext>();
        await records.WriteAsync(() => Tokens(records, erasure.Tenant, erasure.Principal).ExecuteDeleteAsync(cancel), cancel);
        await records.WriteAsync(() => Grants(records, erasure.Tenant, erasure.Principal).ExecuteDeleteAsync(cancel), cancel);
        return null;
    }

    // Nobody entered the tenant here: the rows are named, not filtered.
    private static IQueryable<OAuthAuthorization> Grants(OAuthDbContext records, TenantId tenant, string principal)
    {
        var id = tenant.ToString();
        return records.Authorizations.IgnoreQueryFilters().Where(row => row.Tenant == id && row.Subject == principal);
    }

    private static IQueryable<OAuthToken> Tokens(OAuthDbContext records, TenantId tenant, string principal)
    {
        var id = tenant.ToString();
        return records.Tokens.IgnoreQueryFilters().Where(row => row.Tenant == id && (row.Subject == principal || row.Authorization!.Subject == principal));
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Operations;
using Platform.Api.Tenants;

namespace Platform.Api.Deletions;

/// <summary>The end of a tenant: deleted, restored within the grace, purged (docs/tenant-life.md). For operators; whoever may delete need not be one who may purge.</summary>
internal static class DeletionEndpoints
{
    public static void MapDeletions(this IEndpointRouteBuilder v1)
    {
        v1.MapDelete("/tenants/{tenant}", Delete).Needs("tenants/delete", "tenants", "delete").ForPlatform().WhileReadOnly()
            .Starts<DeletionStarted>("Deletes a tenant: nobody is served any more, and it is purged after a grace.").OnVersion();
        v1.MapPost("/tenants/{tenant}:restore", Restore).Needs("tenants/restore", "tenants", "delete").ForPlatform().WhileReadOnly()
            .Answers<TenantView>("Brings a deleted tenant back as it was, while its purge has not begun.");
        v1.MapPost("/tenants/{tenant}:purge", Purge).Needs("tenants/purge", "tenants", "purge").ForPlatform().WhileReadOnly().Validate<PurgeTenant>()
            .Starts<OperationView>("Destroys a deleted tenant for good, now.");
    }

    private static async Task<IResult> Delete(string tenant, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!EntityCondition.Required(http.Request).Try(out var condition, out var refused) || !(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out refused))
        {
            return Answer.Refused(refused);
        }

        if (condition.Check(TenantEndpoints.VersionOf(found)) is { } changed)
        {
            return Answer.Refused(changed);
        }

        return (await PurgeOf(grains, found.Id).DeleteAsync(found.Version, exchange.Caller)).Try(out var operation, out refused)
            ? OperationEndpoints.Accepted(http, operation, new DeletionStarted(operation, operation.StartsAt, Consequences(found, operation)))
            : Answer.Refused(refused);
    }

    private static async Task<IResult> Restore(string tenant, ManagementExchange exchange, TenantGrains grains) =>
        (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown)
            ? Answer.Ok(await PurgeOf(grains, found.Id).RestoreAsync(exchange.Caller))
            : Answer.Refused(unknown);

    private static async Task<IResult> Purge(string tenant, PurgeTenant command, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var refused))
        {
            return Answer.Refused(refused);
        }

        return (await PurgeOf(grains, found.Id).PurgeAsync(command, exchange.Caller)).Try(out var operation, out refused)
            ? OperationEndpoints.Accepted(http, operation, operation)
            : Answer.Refused(refused);
    }

    // The scope a reference is made in ends with the method that made it, and its users make no other.
    private static ITenantPurgeGrain PurgeOf(TenantGrains grains, TenantId tenant) => grains.Platform.Get<ITenantPurgeGrain>(tenant.ToString());

    private static string[] Consequences(TenantView tenant, OperationView operation) =>
    [
        "From now on nobody is served: endpoints, tokens, keys, sessions and sign-in refuse everywhere within 5 s.",
        string.Create(CultureInfo.InvariantCulture, $"Until {operation.StartsAt:u} POST /v1/tenants/{tenant.Slug}:restore brings everything back as it was, credentials included."),
        "Then everything is destroyed for good: principals, roles, keys, sessions, memory, files, OAuth records, host names, signing keys and other secrets.",
        "The audit trail stays for its retention. A signed record says what was destroyed.",
        $"The slug '{tenant.Slug}' stays taken, unless a purge asks for its release.",
    ];
}

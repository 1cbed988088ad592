using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Audit;

internal static class AuditEndpoints
{
    /// <summary>A tenant has one shard for now.</summary>
    public const string Shard = "0";

    private const int MaxChain = 1_000;

    public static void MapAudit(this IEndpointRouteBuilder v1)
    {
        v1.MapAuditSearch();
        v1.MapGet("/tenants/{tenant}/audit-chain", Chain).Needs("audit/chain", "audit", "read");
        v1.MapPost("/tenants/{tenant}/audit-events:verify", Verify).Needs("audit/verify", "audit", "read");
    }

    /// <summary>The chain as it was hashed, oldest first: what an offline verifier reads.</summary>
    private static async Task<IResult> Chain(string tenant, long? from, int? count, ManagementExchange exchange, TenantGrains grains)
    {
        if (from is < 1 || count is < 1 or > MaxChain)
        {
            return Answer.Refused(Problem.InvalidParams($"from starts at 1, count is 1 to {MaxChain}."));
        }

        if (!(await TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        return Results.Ok(new { Tenant = exchange.Entry.Tenant, Items = await Stream(grains, owner).ReadAsync(from ?? 1, count ?? MaxChain) });
    }

    private static async Task<IResult> Verify(string tenant, ManagementExchange exchange, TenantGrains grains) =>
        (await TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown)
            ? Results.Ok(await Stream(grains, owner).VerifyAsync())
            : Answer.Refused(unknown);

    // The scope a reference is made in ends with the method that made it: it is made where it is called.
    private static IAuditStreamGrain Stream(TenantGrains grains, TenantId owner) => grains.For(owner).Get<IAuditStreamGrain>(Shard);

    /// <summary>The platform's own trail goes by the name <c>_sys</c>, here and nowhere else.</summary>
    public static async ValueTask<Result<TenantId>> TenantAsync(string tenant, ManagementExchange exchange, TenantGrains grains)
    {
        exchange.Entry.Target = tenant;
        if (tenant == TenantId.Platform.ToString())
        {
            return TenantId.Platform;
        }

        return (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown) ? found.Id : unknown;
    }
}

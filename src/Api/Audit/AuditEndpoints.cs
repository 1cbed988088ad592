using System.Globalization;
using System.Text.Json;
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
    private const int MaxChain = 1_000;

    public static void MapAudit(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/audit-events", List).Needs("audit/list", "audit", "read");
        v1.MapGet("/tenants/{tenant}/audit-chain", Chain).Needs("audit/chain", "audit", "read");
        v1.MapPost("/tenants/{tenant}/audit-events:verify", Verify).Needs("audit/verify", "audit", "read").WhileReadOnly();
    }

    private static async Task<IResult> List(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, IsSequence).Try(out var page, out var refused) || !(await TenantAsync(tenant, exchange, grains)).Try(out var owner, out refused))
        {
            return Answer.Refused(refused);
        }

        long? before = page.After is null ? null : long.Parse(page.After, NumberStyles.None, CultureInfo.InvariantCulture);
        var events = await Stream(grains, owner).PageAsync(before, page.Size);
        return Results.Ok(new
        {
            Items = events.Select(view => new { view.Sequence, view.Hash, Event = JsonSerializer.Deserialize<JsonElement>(view.Record) }),
            NextPageToken = events is [.., { Sequence: > 1 } last] ? Answer.Token(last.Sequence.ToString(CultureInfo.InvariantCulture)) : null,
        });
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

    private static bool IsSequence(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    // The scope a reference is made in ends with the method that made it: it is made where it is called.
    private static IAuditStreamGrain Stream(TenantGrains grains, TenantId owner) => grains.For(owner).Get<IAuditStreamGrain>("0");

    /// <summary>The platform's own trail goes by the name <c>_sys</c>, here and nowhere else.</summary>
    private static async ValueTask<Result<TenantId>> TenantAsync(string tenant, ManagementExchange exchange, TenantGrains grains)
    {
        exchange.Entry.Target = tenant;
        if (tenant == TenantId.Platform.ToString())
        {
            return TenantId.Platform;
        }

        return (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown) ? found.Id : unknown;
    }
}

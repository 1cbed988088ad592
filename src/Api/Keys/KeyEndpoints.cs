using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Keys;

internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/keys", List).Needs("keys/list", "keys", "read");
        v1.MapPost("/tenants/{tenant}/keys", Issue).Needs("keys/issue", "keys", "issue").Validate<IssueKey>();
        v1.MapGet("/tenants/{tenant}/keys/{key}", Get).Needs("keys/get", "keys", "read");
        v1.MapPost("/tenants/{tenant}/keys/{key}:revoke", Revoke).Needs("keys/revoke", "keys", "revoke");
    }

    private static async Task<IResult> List(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, IsKeyId).Try(out var page, out var refused) || !(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out refused))
        {
            return Answer.Refused(refused);
        }

        return Answer.List(await grains.For(found.Id).The<IKeyIndexGrain>().PageAsync(page.After, page.Size + 1), page.Size, key => key.Id);
    }

    private static async Task<IResult> Issue(string tenant, IssueKey command, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var issued = await grains.For(found.Id).The<IKeyIndexGrain>().IssueAsync(command, KeyKind.Mcp, exchange.Caller);
        if (issued.Try(out var made, out _))
        {
            exchange.Entry.Target = $"{tenant}/{made.Key.Id}";
        }

        return Answer.Created(issued, key => $"/v1/tenants/{tenant}/keys/{key.Key.Id}");
    }

    private static async Task<IResult> Get(string tenant, string key, ManagementExchange exchange, TenantGrains grains) =>
        Answer.Ok((await FindAsync(tenant, key, exchange, grains)).Try(out var owner, out var unknown) ? await grains.For(owner).Get<IKeyGrain>(key).GetAsync() : unknown);

    private static async Task<IResult> Revoke(string tenant, string key, ManagementExchange exchange, TenantGrains grains) =>
        Answer.Ok((await FindAsync(tenant, key, exchange, grains)).Try(out var owner, out var unknown) ? await grains.For(owner).Get<IKeyGrain>(key).RevokeAsync(exchange.Caller) : unknown);

    private static bool IsKeyId(string text) => text.Length == KeyToken.IdLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    /// <summary>The tenant that has this key.</summary>
    private static async ValueTask<Result<TenantId>> FindAsync(string tenant, string key, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return unknown;
        }

        exchange.Entry.Target = $"{tenant}/{key}";

        // An id that does not exist must not activate a grain.
        return key.Length == KeyToken.IdLength && (await grains.For(found.Id).The<IKeyIndexGrain>().IdsAsync()).Contains(key, StringComparer.Ordinal)
            ? found.Id
            : Problem.NotFound("key");
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
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

        // Management keys are the platform's own: they belong to no tenant and open no endpoint.
        v1.MapGet("/management-keys", (int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains) => List(Platform, pageSize, pageToken, exchange, grains))
            .Needs("management-keys/list", "management-keys", "read");
        v1.MapPost("/management-keys", (IssueKey command, ManagementExchange exchange, TenantGrains grains) => Issue(Platform, command, exchange, grains))
            .Needs("management-keys/issue", "management-keys", "issue").Validate<IssueKey>();
        v1.MapGet("/management-keys/{key}", (string key, ManagementExchange exchange, TenantGrains grains) => Get(Platform, key, exchange, grains))
            .Needs("management-keys/get", "management-keys", "read");
        v1.MapPost("/management-keys/{key}:revoke", (string key, ManagementExchange exchange, TenantGrains grains) => Revoke(Platform, key, exchange, grains))
            .Needs("management-keys/revoke", "management-keys", "revoke");
    }

    /// <summary>No slug can be this: it has a character that slugs do not have.</summary>
    private static string Platform { get; } = TenantId.Platform.ToString();

    private static async Task<IResult> List(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, IsKeyId).Try(out var page, out var refused) || !(await OwnerAsync(tenant, exchange, grains)).Try(out var owner, out refused))
        {
            return Answer.Refused(refused);
        }

        return Answer.List(await grains.For(owner).The<IKeyIndexGrain>().PageAsync(page.After, page.Size + 1), page.Size, key => key.Id);
    }

    private static async Task<IResult> Issue(string tenant, IssueKey command, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await OwnerAsync(tenant, exchange, grains)).Try(out var owner, out var refused)
            || !(await grains.For(owner).The<IRoleBookGrain>().RulesAsync(command.Roles)).Try(out var granted, out refused))
        {
            return Answer.Refused(refused);
        }

        if (!exchange.Permissions.Covers(granted))
        {
            return Answer.Refused(Problem.PermissionDenied("every permission that the key's roles grant"));
        }

        var kind = owner == TenantId.Platform ? KeyKind.Management : KeyKind.Mcp;
        var issued = await grains.For(owner).The<IKeyIndexGrain>().IssueAsync(command, kind, exchange.Caller);
        if (issued.Try(out var made, out _))
        {
            exchange.Entry.Target = $"{tenant}/{made.Key.Id}";
        }

        return Answer.Created(issued, key => kind == KeyKind.Mcp ? $"/v1/tenants/{tenant}/keys/{key.Key.Id}" : $"/v1/management-keys/{key.Key.Id}");
    }

    private static async Task<IResult> Get(string tenant, string key, ManagementExchange exchange, TenantGrains grains) =>
        Answer.Ok((await FindAsync(tenant, key, exchange, grains)).Try(out var owner, out var unknown) ? await grains.For(owner).Get<IKeyGrain>(key).GetAsync() : unknown);

    private static async Task<IResult> Revoke(string tenant, string key, ManagementExchange exchange, TenantGrains grains) =>
        Answer.Ok((await FindAsync(tenant, key, exchange, grains)).Try(out var owner, out var unknown) ? await grains.For(owner).Get<IKeyGrain>(key).RevokeAsync(exchange.Caller) : unknown);

    private static bool IsKeyId(string text) => text.Length == KeyToken.IdLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    /// <summary>The tenant that has this key.</summary>
    private static async ValueTask<Result<TenantId>> FindAsync(string tenant, string key, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await OwnerAsync(tenant, exchange, grains)).Try(out var owner, out var unknown))
        {
            return unknown;
        }

        exchange.Entry.Target = $"{tenant}/{key}";

        // An id that does not exist must not activate a grain.
        return key.Length == KeyToken.IdLength && (await grains.For(owner).The<IKeyIndexGrain>().IdsAsync()).Contains(key, StringComparer.Ordinal)
            ? owner
            : Problem.NotFound("key");
    }

    private static async ValueTask<Result<TenantId>> OwnerAsync(string tenant, ManagementExchange exchange, TenantGrains grains)
    {
        if (ReferenceEquals(tenant, Platform))
        {
            return TenantId.Platform;
        }

        return (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown) ? found.Id : unknown;
    }
}

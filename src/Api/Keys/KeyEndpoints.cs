using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.Management;
using Platform.Api.RateLimits;

namespace Platform.Api.Keys;

internal static class KeyEndpoints
{
    private const string OldestFirst = "createdAt";

    public static void MapKeys(this IEndpointRouteBuilder v1)
    {
        Map(v1, "/tenants/{tenant}/keys", "keys");
        v1.MapGet("/tenants/{tenant}/key-policy", Policy).Needs("key-policy/get", "key-policy", "read")
            .Answers<KeyPolicy>("Shows what keys of the tenant must be like.").WithVersion();
        v1.MapPut("/tenants/{tenant}/key-policy", SetPolicy).Needs("key-policy/set", "key-policy", "write").Validate<KeyPolicy>()
            .Answers<KeyPolicy>("Sets what keys of the tenant must be like.").WithVersion().OnVersion();

        // These are the platform's own: they belong to no tenant and manage all.
        Map(v1, "/management-keys", "management-keys");
    }

    private static void Map(IEndpointRouteBuilder v1, string path, string area)
    {
        v1.MapGet(path, List).Needs($"{area}/list", area, "read")
            .AnswersPage<KeyView>("Lists keys, newest first.").OrderedBy("createdAt desc", OldestFirst).OneOf("status", KeyQuery.States).OneOf("kind", KeyQuery.Kinds);
        v1.MapPost(path, Issue).Needs($"{area}/issue", area, "write").Validate<IssueKey>()
            .Creates<KeyIssued>("Issues a key. Its secret is in this answer and in no other.");
        v1.MapPost($"{path}:batchRevoke", RevokeMany).Needs($"{area}/batch-revoke", area, "write").InIncidents().WhileReadOnly().Validate<RevokeKeys>()
            .AnswersList<RevokedKey>("Revokes up to 100 keys, each by itself.");
        v1.MapGet($"{path}/{{key}}", Get).Needs($"{area}/get", area, "read")
            .Answers<KeyView>("Shows a key, never its secret.");
        v1.MapPost($"{path}/{{key}}:rotate", Rotate).Needs($"{area}/rotate", area, "write").Validate<RotateKey>()
            .Creates<KeyIssued>("Issues a key in place of this one, which ends after an overlap.");
        v1.MapPost($"{path}/{{key}}:revoke", Revoke).Needs($"{area}/revoke", area, "write").InIncidents().WhileReadOnly()
            .Answers<KeyView>("Revokes a key: within five seconds it opens nothing anywhere.");
    }

    private static async Task<IResult> List(KeySet keys, int? pageSize, string? pageToken, string? orderBy, [AsParameters] KeyQuery query, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, KeySet.IsId).Try(out var page, out var refused)
            || !query.Read().Try(out var filter, out refused)
            || !(await keys.OwnerAsync(exchange, grains)).Try(out var owner, out refused))
        {
            return Answer.Refused(refused);
        }

        return Answer.List(await grains.For(owner).The<IKeyIndexGrain>().PageAsync(page.After, page.Size + 1, filter with { OldestFirst = orderBy == OldestFirst }), page.Size, key => key.Id);
    }

    private static async Task<IResult> Issue(KeySet keys, IssueKey command, ManagementExchange exchange, RatePolicies limits, NewKeys fresh, TenantGrains grains)
    {
        if (!(await keys.OwnerAsync(exchange, grains)).Try(out var owner, out var refused))
        {
            return Answer.Refused(refused);
        }

        var kind = command.Kind ?? (owner == TenantId.Platform ? KeyKind.Management : KeyKind.Mcp);
        if (owner == TenantId.Platform && kind != KeyKind.Management)
        {
            return Answer.Refused(Problem.Invalid([new FieldError("kind", "The platform has no MCP endpoint; its keys are management keys.")]));
        }

        if (command.RateLimit is { } wanted && (await limits.OfAsync(owner)).KeyCeiling is { } most && !wanted.IsWithin(most))
        {
            return Answer.Refused(Problem.Invalid([new FieldError("rateLimit", $"The plan has at most {most.PermitsPerMinute} a minute and a burst of {most.Burst} for a key.")]));
        }

        var denied = command.Principal is { } principal
            ? await KeyGrants.MayActForAsync(principal, command.Scopes, owner, exchange, grains)
            : await KeyGrants.MayGiveAsync(command.Roles, owner, exchange, grains);
        if (denied is not null)
        {
            return Answer.Refused(denied);
        }

        return Made(keys, fresh.Told(owner, await grains.For(owner).The<IKeyIndexGrain>().IssueAsync(command, kind, exchange.Caller)), exchange);
    }

    private static async Task<IResult> Rotate(KeySet keys, string key, RotateKey command, ManagementExchange exchange, NewKeys fresh, TenantGrains grains)
    {
        if (!(await keys.FindAsync(key, exchange, grains)).Try(out var owner, out var refused)
            || !(await grains.For(owner).Get<IKeyGrain>(key).GetAsync()).Try(out var old, out refused))
        {
            return Answer.Refused(refused);
        }

        // The answer is a secret that opens what the old one did: nobody gets more out of it than they have.
        return await KeyGrants.MayActForAsync(old.Principal, old.Scopes, owner, exchange, grains) is { } denied
            ? Answer.Refused(denied)
            : Made(keys, fresh.Told(owner, await grains.For(owner).The<IKeyIndexGrain>().RotateAsync(key, command, exchange.Caller)), exchange);
    }

    private static IResult Made(KeySet keys, Result<KeyIssued> issued, ManagementExchange exchange)
    {
        if (issued.Try(out var made, out _))
        {
            exchange.Entry.Target = made.Key.Replaces is { } old ? $"{keys.Name}/{old} -> {made.Key.Id}" : $"{keys.Name}/{made.Key.Id}";
            exchange.Changed<object>(null, new { made.Key.Principal, made.Key.Roles, made.Key.Scopes, made.Key.AllowedAddresses, made.Key.ExpiresAt });
        }

        return Answer.Created(issued, key => $"{keys.Path}/{key.Key.Id}");
    }

    private static async Task<IResult> Get(KeySet keys, string key, ManagementExchange exchange, TenantGrains grains) =>
        Answer.Ok((await keys.FindAsync(key, exchange, grains)).Try(out var owner, out var unknown) ? await grains.For(owner).Get<IKeyGrain>(key).GetAsync() : unknown);

    private static async Task<IResult> Revoke(KeySet keys, string key, ManagementExchange exchange, TenantGrains grains) =>
        Answer.Ok((await keys.FindAsync(key, exchange, grains)).Try(out var owner, out var unknown) ? await grains.For(owner).Get<IKeyGrain>(key).RevokeAsync(exchange.Caller) : unknown);

    private static async Task<IResult> RevokeMany(KeySet keys, RevokeKeys command, ManagementExchange exchange, TenantGrains grains, AuditTrail audit, TimeProvider clock, ILogger<KeyBatch> logger)
    {
        if (!(await keys.OwnerAsync(exchange, grains)).Try(out var owner, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        exchange.Entry.Target = $"{keys.Name}: {command.Ids.Length} keys";
        var known = (await grains.For(owner).The<IKeyIndexGrain>().IdsAsync()).ToHashSet(StringComparer.Ordinal);
        var batch = new KeyBatch(keys, owner, exchange, grains, audit, clock, logger);
        return Answer.All(await Task.WhenAll(command.Ids.Select(id => batch.RevokeAsync(id, known.Contains(id)))));
    }

    private static readonly Setting<KeyPolicy> MaxLife = new(policy => policy.MaxLifeDays?.ToString(CultureInfo.InvariantCulture) ?? "unlimited");

    private static async Task<IResult> Policy(KeySet keys, ManagementExchange exchange, HttpContext http, TenantGrains grains) =>
        (await keys.OwnerAsync(exchange, grains)).Try(out var owner, out var unknown)
            ? MaxLife.Told(http, await grains.For(owner).The<IKeyIndexGrain>().PolicyAsync())
            : Answer.Refused(unknown);

    private static async Task<IResult> SetPolicy(KeySet keys, KeyPolicy policy, ManagementExchange exchange, HttpContext http, TenantGrains grains)
    {
        if (!(await keys.OwnerAsync(exchange, grains)).Try(out var owner, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var index = grains.For(owner).The<IKeyIndexGrain>();
        return await MaxLife.SetAsync(http, index.PolicyAsync, now => index.SetPolicyAsync(policy, now, exchange.Caller));
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Principals;

/// <summary>Users, services, devices and groups: a tenant's, and the platform's own.</summary>
internal static class PrincipalEndpoints
{
    public static void MapPrincipals(this IEndpointRouteBuilder v1)
    {
        foreach (var route in MapFor(v1, "/platform", "platform-principals"))
        {
            route.OfThePlatform();
        }

        MapFor(v1, "/tenants/{tenant}", "principals");
    }

    private static RouteHandlerBuilder[] MapFor(IEndpointRouteBuilder v1, string owner, string area) =>
    [
        v1.MapGet($"{owner}/principals", List).Needs($"{area}/list", area, "read")
            .AnswersPage<PrincipalView>("Lists users, services, devices and groups, by id.").OrderedBy("id").OneOf("kind", PrincipalQuery.Kinds).OneOf("status", PrincipalQuery.States),
        v1.MapPost($"{owner}/principals", Add).Needs($"{area}/add", area, "write").Validate<AddPrincipal>()
            .Creates<PrincipalView>("Adds a user, a service, a device or a group.").WithVersion(),
        v1.MapGet($"{owner}/principals/{{principal}}", Get).Needs($"{area}/get", area, "read")
            .Answers<PrincipalView>("Shows a principal.").WithVersion(),
        v1.MapDelete($"{owner}/principals/{{principal}}", Delete).Needs($"{area}/delete", area, "write")
            .AnswersNothing("Deletes a principal and everything that it opens."),
        v1.MapPost($"{owner}/principals/{{principal}}:setRoles", SetRoles).Needs($"{area}/set-roles", area, "write").Validate<SetRoles>()
            .Answers<PrincipalView>("Sets the roles and groups of a principal.").WithVersion().OnVersionIfSaid(),
        v1.MapPost($"{owner}/principals/{{principal}}:rename", Rename).Needs($"{area}/rename", area, "write").Validate<RenamePrincipal>()
            .Answers<PrincipalView>("Changes the display name of a principal.").WithVersion().OnVersionIfSaid(),
        v1.MapPost($"{owner}/principals/{{principal}}:block", Block).Needs($"{area}/block", area, "write").InIncidents().WhileReadOnly().Validate<BlockPrincipal>()
            .Answers<PrincipalView>("Blocks a principal: within five seconds nothing of it opens anything.").WithVersion().MayRefuse(ProblemCode.QuotaExceeded),
        v1.MapPost($"{owner}/principals/{{principal}}:unblock", Unblock).Needs($"{area}/unblock", area, "write").InIncidents()
            .Answers<PrincipalView>("Lets a blocked principal in again.").WithVersion(),
        v1.MapPost($"{owner}/principals/{{principal}}:elevate", Elevate).Needs($"{area}/elevate", area, "write").Validate<ElevatePrincipal>()
            .Answers<PrincipalView>("Gives a principal a role for a while.").WithVersion().MayRefuse(ProblemCode.QuotaExceeded),
        v1.MapPost($"{owner}/principals/{{principal}}:endElevations", EndElevations).Needs($"{area}/end-elevations", area, "write").WhileReadOnly()
            .Answers<PrincipalView>("Ends all elevations of a principal.").WithVersion(),
    ];

    private static async Task<IResult> List(RouteTenant owner, [AsParameters] PrincipalQuery query, int? pageSize, string? pageToken, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, PrincipalId.IsValid).Try(out var page, out var refused) || !query.Read().Try(out var wanted, out refused) || !owner.Id.Try(out var tenant, out refused))
        {
            return Answer.Refused(refused);
        }

        return Answer.List(await grains.For(tenant).The<IPrincipalIndexGrain>().PageAsync(wanted, page.After, page.Size + 1), page.Size, principal => principal.Id);
    }

    private static async Task<IResult> Add(RouteTenant owner, AddPrincipal command, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var added = await grains.For(tenant).The<IPrincipalIndexGrain>().AddAsync(command, exchange.Authority);
        if (added.Try(out var made, out _))
        {
            exchange.Entry.Target = $"{exchange.Entry.Target}/{made.Id}";
            exchange.Changed(null, Roles(made));
        }

        return Answer.Created(response, added, principal => $"{owner.Path}/principals/{principal.Id}", VersionOf);
    }

    private static async Task<IResult> Get(RouteTenant owner, string principal, HttpResponse response, ManagementExchange exchange, TenantGrains grains) =>
        Told(response, (await FindAsync(owner, principal, exchange, grains)).Try(out var tenant, out var unknown)
            ? await grains.For(tenant).Get<IPrincipalGrain>(principal).GetAsync()
            : unknown);

    private static async Task<IResult> SetRoles(RouteTenant owner, string principal, SetRoles command, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await FindAsync(owner, principal, exchange, grains)).Try(out var tenant, out var refused)
            || !(await grains.For(tenant).Get<IPrincipalGrain>(principal).GetAsync()).Try(out var before, out refused)
            || !Expected(http.Request, before).Try(out var expected, out refused))
        {
            return Answer.Refused(refused);
        }

        var set = await grains.For(tenant).The<IPrincipalIndexGrain>().SetRolesAsync(principal, command with { Version = expected }, exchange.Authority);
        if (set.Try(out var after, out _))
        {
            exchange.Changed(Roles(before), Roles(after));
        }

        return Told(http.Response, set);
    }

    /// <summary>What a principal may do, without its name.</summary>
    private static SetRoles Roles(PrincipalView view) => new() { Roles = view.Roles, ConditionalRoles = view.ConditionalRoles, Groups = view.Groups };

    private static async Task<IResult> Rename(RouteTenant owner, string principal, RenamePrincipal command, HttpContext http, ManagementExchange exchange, TenantGrains grains) =>
        Told(http.Response, !(await FindAsync(owner, principal, exchange, grains)).Try(out var tenant, out var refused)
            || !(await grains.For(tenant).Get<IPrincipalGrain>(principal).GetAsync()).Try(out var before, out refused)
            || !Expected(http.Request, before).Try(out var expected, out refused)
            ? refused
            : await grains.For(tenant).Get<IPrincipalGrain>(principal).RenameAsync(command with { Version = expected }, exchange.Caller));

    private static async Task<IResult> Block(RouteTenant owner, string principal, BlockPrincipal command, HttpResponse response, ManagementExchange exchange, TenantGrains grains) =>
        Told(response, (await FindAsync(owner, principal, exchange, grains, PrincipalId.IsSubject(principal))).Try(out var tenant, out var unknown)
            ? await grains.For(tenant).The<IPrincipalIndexGrain>().BlockAsync(principal, command, exchange.Caller)
            : unknown);

    private static async Task<IResult> Unblock(RouteTenant owner, string principal, HttpResponse response, ManagementExchange exchange, TenantGrains grains) =>
        Told(response, (await FindAsync(owner, principal, exchange, grains)).Try(out var tenant, out var unknown)
            ? await grains.For(tenant).Get<IPrincipalGrain>(principal).UnblockAsync(exchange.Authority)
            : unknown);

    private static async Task<IResult> Elevate(RouteTenant owner, string principal, ElevatePrincipal command, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await FindAsync(owner, principal, exchange, grains)).Try(out var tenant, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        exchange.Entry.Target = $"{exchange.Entry.Target}/{command.Role}";
        var elevated = await grains.For(tenant).Get<IPrincipalGrain>(principal).ElevateAsync(command, exchange.Authority);
        if (elevated.Try(out var after, out _))
        {
            exchange.Changed<object>(null, new { after.Elevations[^1].Role, after.Elevations[^1].Until });
        }

        return Told(response, elevated);
    }

    private static async Task<IResult> EndElevations(RouteTenant owner, string principal, HttpResponse response, ManagementExchange exchange, TenantGrains grains) =>
        Told(response, (await FindAsync(owner, principal, exchange, grains)).Try(out var tenant, out var unknown)
            ? await grains.For(tenant).Get<IPrincipalGrain>(principal).EndElevationsAsync(exchange.Authority)
            : unknown);

    private static async Task<IResult> Delete(RouteTenant owner, string principal, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await FindAsync(owner, principal, exchange, grains)).Try(out var tenant, out var refused)
            || !(await grains.For(tenant).Get<IPrincipalGrain>(principal).GetAsync()).Try(out var before, out refused)
            || (refused = await grains.For(tenant).The<IPrincipalIndexGrain>().DeleteAsync(principal, exchange.Caller)) is not null)
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(Roles(before), null);
        return Results.NoContent();
    }

    /// <summary>The version that a change is about, where the request names one.</summary>
    private static Result<long?> Expected(HttpRequest request, PrincipalView principal) =>
        !EntityCondition.Of(request).Try(out var condition, out var invalid) ? invalid
        : condition.Check(VersionOf(principal)) is { } stale ? stale
        : condition.State == ExpectedState.Unsaid ? (long?)null : principal.Version;

    private static string VersionOf(PrincipalView principal) => principal.Version.ToString(CultureInfo.InvariantCulture);

    private static IResult Told(HttpResponse response, Result<PrincipalView> principal) =>
        principal.Try(out var view, out var refused) ? Answer.Versioned(response, view, VersionOf(view)) : Answer.Refused(refused);

    /// <summary>Whose it is, when it exists: an id that does not must not activate a grain, nor be repeated in the trail.</summary>
    private static async ValueTask<Result<TenantId>> FindAsync(RouteTenant owner, string principal, ManagementExchange exchange, TenantGrains grains, bool mayBeUnknown = false)
    {
        if (!owner.Id.Try(out var tenant, out var unknown))
        {
            return unknown;
        }

        if (!PrincipalId.IsValid(principal) || (!mayBeUnknown && !await grains.For(tenant).The<IPrincipalIndexGrain>().ExistsAsync(principal)))
        {
            return Problem.NotFound("principal");
        }

        exchange.Entry.Target = $"{exchange.Entry.Target}/{principal}";
        return tenant;
    }
}

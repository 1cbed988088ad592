using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Roles;

/// <summary>Roles: the built-in ones, a tenant's own, and the platform's own, by which operators are told apart.</summary>
internal static class RoleEndpoints
{
    public static void MapRoles(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/roles", BuiltIn).Needs("roles/built-in", "roles", "read").ForEverybody()
            .AnswersPage<BuiltInRole>("Lists the built-in roles with what they grant.").OrderedBy("name");
        foreach (var route in MapBook(v1, "/platform", "platform-roles"))
        {
            route.OfThePlatform();
        }

        MapBook(v1, "/tenants/{tenant}", "roles");
        v1.MapGet("/tenants/{tenant}/guest-access", GetGuestAccess).Needs("guest-access/get", "roles", "read")
            .Answers<GuestAccess>("Shows whether guests are let in.").WithVersion();
        v1.MapPut("/tenants/{tenant}/guest-access", SetGuestAccess).Needs("guest-access/set", "roles", "write")
            .Answers<GuestAccess>("Lets guests in, or not.").WithVersion().OnVersion();
    }

    private static RouteHandlerBuilder[] MapBook(IEndpointRouteBuilder v1, string owner, string area) =>
    [
        v1.MapGet($"{owner}/roles", List).Needs($"{area}/list", area, "read")
            .AnswersPage<RoleView>("Lists all roles of one's own.").OrderedBy("name"),
        v1.MapPost($"{owner}/roles", Create).Needs($"{area}/create", area, "write").Validate<CreateRole>()
            .Creates<RoleView>("Creates a role, of permissions that the caller has.").WithVersion(),
        v1.MapGet($"{owner}/roles/{{role}}", Get).Needs($"{area}/get", area, "read")
            .Answers<RoleView>("Shows a role.").WithVersion(),
        v1.MapPut($"{owner}/roles/{{role}}", Replace).Needs($"{area}/replace", area, "write").Validate<ReplaceRole>()
            .Answers<RoleView>("Replaces what a role allows, denies and inherits.").WithVersion().OnVersion().MayRefuse(ProblemCode.QuotaExceeded),
        v1.MapDelete($"{owner}/roles/{{role}}", Delete).Needs($"{area}/delete", area, "write")
            .AnswersNothing("Deletes a role that nobody has.").OnVersion(),
        v1.MapPost($"{owner}/roles:testPermissions", PermissionTester.Test).Needs($"{area}/test-permissions", area, "read").WhileReadOnly().Validate<TestPermissions>()
            .Answers<PermissionAnswer>("Tells whether a principal may do something, and which rule decides.").MayRefuse(ProblemCode.NotFound),
    ];

    private static IResult BuiltIn(int? pageSize, string? pageToken) =>
        Answer.PageOfAll(pageSize, pageToken, BuiltInRoles.All.Select(role => new BuiltInRole(role.Key, role.Value)), role => role.Name);

    private static async Task<IResult> List(RouteTenant owner, int? pageSize, string? pageToken, TenantGrains grains) =>
        owner.Id.Try(out var tenant, out var unknown)
            ? Answer.PageOfAll(pageSize, pageToken, await grains.For(tenant).The<IRoleBookGrain>().ListAsync(), role => role.Name)
            : Answer.Refused(unknown);

    private static async Task<IResult> Get(RouteTenant owner, string role, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        Note(exchange, role);
        return await FindAsync(tenant, role, grains) is { } found ? Told(http, found) : Answer.Refused(Problem.NotFound("role"));
    }

    private static async Task<RoleView?> FindAsync(TenantId tenant, string role, TenantGrains grains) =>
        Array.Find(await grains.For(tenant).The<IRoleBookGrain>().ListAsync(), known => string.Equals(known.Name, role, StringComparison.Ordinal));

    /// <summary>The version that a change of a role is about; one that no role ever has where it is not there, or not to be changed: its book says so.</summary>
    private static Result<long> Expected(EntityCondition condition, RoleView? role) =>
        role is not { BuiltIn: false } ? -1L
        : condition.Check(VersionOf(role)) is { } stale ? stale
        : role.Version;

    private static string VersionOf(RoleView role) => role.Version.ToString(CultureInfo.InvariantCulture);

    private static IResult Told(HttpContext http, RoleView role) => Answer.Versioned(http.Response, role, VersionOf(role));

    private static async Task<IResult> Create(RouteTenant owner, CreateRole command, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        Note(exchange, command.Name);
        var created = await grains.For(tenant).The<IRoleBookGrain>().CreateAsync(command, exchange.Authority);
        if (created.Try(out var made, out _))
        {
            exchange.Changed(null, made);
        }

        return Answer.Created(response, created, role => $"{owner.Path}/roles/{role.Name}", VersionOf);
    }

    private static async Task<IResult> Replace(RouteTenant owner, string role, ReplaceRole command, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var refused))
        {
            return Answer.Refused(refused);
        }

        Note(exchange, role);
        if (!EntityCondition.Required(http.Request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var before = await FindAsync(tenant, role, grains);
        if (!Expected(condition, before).Try(out var expected, out refused)
            || !(await grains.For(tenant).The<IRoleBookGrain>().ReplaceAsync(role, command, expected, exchange.Authority)).Try(out var replaced, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(before, replaced);
        return Told(http, replaced);
    }

    private static async Task<IResult> Delete(RouteTenant owner, string role, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var refused))
        {
            return Answer.Refused(refused);
        }

        Note(exchange, role);
        if (!EntityCondition.Required(http.Request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var before = await FindAsync(tenant, role, grains);
        if (!Expected(condition, before).Try(out var expected, out refused) || (refused = await grains.For(tenant).The<IRoleBookGrain>().DeleteAsync(role, expected, exchange.Caller)) is not null)
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(before, null);
        return Results.NoContent();
    }

    private static readonly Setting<GuestAccess> Guests = new(access => access.Enabled ? "on" : "off");

    private static async Task<IResult> GetGuestAccess(RouteTenant owner, HttpContext http, TenantGrains grains) =>
        owner.Id.Try(out var tenant, out var unknown) ? Guests.Told(http, await grains.For(tenant).The<IRoleBookGrain>().GuestAccessAsync()) : Answer.Refused(unknown);

    private static async Task<IResult> SetGuestAccess(RouteTenant owner, GuestAccess command, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var book = grains.For(tenant).The<IRoleBookGrain>();
        return await Guests.SetAsync(http, book.GuestAccessAsync, now => book.SetGuestAccessAsync(command, now, exchange.Authority));
    }

    /// <summary>The trail says which role; what is no role's name is not repeated there.</summary>
    private static void Note(ManagementExchange exchange, string role)
    {
        if (RoleRules.IsName(role))
        {
            exchange.Entry.Target = $"{exchange.Entry.Target}/{role}";
        }
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Tenants;

internal static class TenantEndpoints
{
    private const int MaxTries = 5;

    public static void MapTenants(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants", List).Needs("tenants/list", "tenants", "read")
            .AnswersPage<TenantView>("Lists tenants, by slug. With a filter a page may be short, or empty, and have a token all the same.").OrderedBy("slug").OneOf("status", TenantQuery.States);
        v1.MapPost("/tenants", Create).Needs("tenants/create", "tenants", "write").Validate<CreateTenant>()
            .Creates<TenantView>("Creates a tenant.").WithVersion();
        v1.MapGet("/tenants/{tenant}", Get).Needs("tenants/get", "tenants", "read")
            .Answers<TenantView>("Shows a tenant.").WithVersion();
        v1.MapPatch("/tenants/{tenant}", Change).Needs("tenants/change", "tenants", "write").TakesPatchOf<TenantSettings>()
            .Answers<TenantView>("Changes settings of a tenant, and leaves those that are not named.").WithVersion().OnVersion();
        v1.MapPost("/tenants/{tenant}:suspend", Suspend).Needs("tenants/suspend", "tenants", "write").InIncidents().WhileReadOnly().ForPlatform().Validate<SuspendTenant>()
            .Answers<TenantView>("Suspends a tenant: within five seconds nobody is served.");
    }

    /// <summary>The tenant behind a slug of the route, straight from its grain, and noted in the audit entry.</summary>
    public static async ValueTask<Result<TenantView>> FindAsync(string slug, ManagementExchange exchange, TenantGrains grains)
    {
        exchange.Entry.Target ??= slug;
        if (!TenantSlug.IsValid(slug) || !(await grains.Platform.Get<ITenantDirectoryGrain>(slug).FindAsync()).Try(out var id, out _))
        {
            return Problem.TenantNotFound();
        }

        exchange.Entry.Tenant = id;
        return await grains.For(id).The<ITenantGrain>().GetAsync();
    }

    private static async Task<IResult> List([AsParameters] TenantQuery query, int? pageSize, string? pageToken, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, slug => TenantSlug.IsValid(slug)).Try(out var page, out var refused) || (refused = query.Check()) is not null)
        {
            return Answer.Refused(refused);
        }

        var (found, next) = await TenantSearch.PageAsync(query, page.After, page.Size, grains);
        return Answer.Page(found, next);
    }

    private static async Task<IResult> Create(CreateTenant command, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        exchange.Entry.Target = command.Slug;
        var created = await CreateAsync(command, exchange.Caller, grains);
        if (created.Try(out var tenant, out _))
        {
            exchange.Entry.Tenant = tenant.Id;
            exchange.Changed(null, TenantSettings.Of(tenant));
        }

        return Answer.Created(response, created, made => $"/v1/tenants/{made.Slug}", VersionOf);
    }

    /// <summary>A crowd that asks for the slug while nobody has it has its grain forget itself again and again: a call that was turned away did nothing, and is made again.</summary>
    private static async Task<Result<TenantView>> CreateAsync(CreateTenant command, Caller caller, TenantGrains grains)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await grains.Platform.Get<ITenantDirectoryGrain>(command.Slug).CreateAsync(command, caller);
            }
            catch (OrleansMessageRejectionException) when (tries < MaxTries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20 * tries));
            }
        }
    }

    private static async Task<IResult> Get(string tenant, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        return Told(http, found);
    }

    private static async Task<IResult> Change(string tenant, MergePatch patch, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await FindAsync(tenant, exchange, grains)).Try(out var found, out var refused)
            || !EntityCondition.Required(http.Request).Try(out var condition, out refused)
            || (refused = condition.Check(VersionOf(found))) is not null
            || !(await patch.OnAsync(TenantSettings.Of(found), http)).Try(out var settings, out refused)
            || !(await grains.For(found.Id).The<ITenantGrain>().ChangeAsync(settings, found.Version, exchange.Caller)).Try(out var changed, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(TenantSettings.Of(found), TenantSettings.Of(changed));
        return Told(http, changed);
    }

    private static IResult Told(HttpContext http, TenantView tenant) => Answer.Versioned(http.Response, tenant, VersionOf(tenant));

    /// <summary>What a condition on a tenant names.</summary>
    public static string VersionOf(TenantView tenant) => tenant.Version.ToString(CultureInfo.InvariantCulture);

    private static async Task<IResult> Suspend(string tenant, SuspendTenant command, ManagementExchange exchange, TenantGrains grains, IOptions<ApiOptions> options) =>
        (await FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown)
            ? Answer.Ok(await grains.For(found.Id).The<ITenantGrain>().SuspendAsync(command, await OperatorStanding.IsAloneAsync(grains, options.Value), exchange.Caller))
            : Answer.Refused(unknown);
}

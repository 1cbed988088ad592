using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.RateLimits.Plans;
using Platform.Api.Tenants;

namespace Platform.Api.RateLimits.Policies;

/// <summary>Which plan a tenant has: its own callers see it, operators give and take it.</summary>
internal static class TenantPlanEndpoints
{
    public static void MapTenantPlans(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/rate-limit-plan", Get).Needs("rate-limit-plans/of-tenant", "rate-limits", "read")
            .Answers<TenantRateLimitPlan>("Shows the plan of a tenant.").WithVersion();
        v1.MapPut("/tenants/{tenant}/rate-limit-plan", Assign).Needs("rate-limit-plans/assign", "rate-limit-plans", "write").ForPlatform().Validate<AssignRateLimitPlan>()
            .Answers<TenantRateLimitPlan>("Gives a tenant a plan.").WithVersion().OnVersion();
        v1.MapDelete("/tenants/{tenant}/rate-limit-plan", Unassign).Needs("rate-limit-plans/unassign", "rate-limit-plans", "write").ForPlatform()
            .Answers<TenantRateLimitPlan>("Takes the plan from a tenant.").WithVersion().OnVersion();
    }

    private static async Task<IResult> Get(RouteTenant owner, HttpContext http, RatePlans plans, TenantGrains grains) =>
        owner.Id.Try(out var tenant, out var unknown) ? await TellAsync(http, await grains.Platform.Get<IRateLimitPlanUseGrain>(tenant.ToString()).GetAsync(), plans) : Answer.Refused(unknown);

    private static Task<IResult> Assign(RouteTenant owner, AssignRateLimitPlan command, HttpContext http, ManagementExchange exchange, RatePlans plans, TenantGrains grains) =>
        ChangeAsync(owner, command.Plan, http, exchange, plans, grains);

    private static Task<IResult> Unassign(RouteTenant owner, HttpContext http, ManagementExchange exchange, RatePlans plans, TenantGrains grains) =>
        ChangeAsync(owner, null, http, exchange, plans, grains);

    private static async Task<IResult> ChangeAsync(RouteTenant owner, string? plan, HttpContext http, ManagementExchange exchange, RatePlans plans, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || !EntityCondition.Required(http.Request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Entry.Target = plan is null ? exchange.Entry.Target : $"{exchange.Entry.Target}/{plan}";
        var before = await grains.Platform.Get<IRateLimitPlanUseGrain>(tenant.ToString()).GetAsync();
        if (condition.Check(Tag(before)) is { } stale)
        {
            return Answer.Refused(stale);
        }

        if (!(await grains.Platform.Get<IRateLimitPlanUseGrain>(tenant.ToString()).AssignAsync(plan, before.Version, exchange.Caller)).Try(out var made, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(before, made);
        return await TellAsync(http, made, plans);
    }

    private static async Task<IResult> TellAsync(HttpContext http, RateLimitPlanAssignment assignment, RatePlans plans)
    {
        http.Response.Headers.ETag = EntityCondition.Tag(Tag(assignment));
        var inForce = (await plans.GetAsync()).For(assignment.Plan);
        return Results.Ok(new TenantRateLimitPlan(assignment.Plan, inForce?.Name, inForce?.Plan));
    }

    private static string Tag(RateLimitPlanAssignment assignment) => assignment.Version.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Mcp;

namespace Platform.Api.RateLimits.Policies;

/// <summary>The platform's rate-limit plans. They name no tenant, so they are for operators alone.</summary>
internal static class RateLimitPlanEndpoints
{
    private const string Area = "rate-limit-plans";

    public static void MapRateLimitPlans(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/rate-limit-plans", List).Needs($"{Area}/list", Area, "read")
            .AnswersPage<RateLimitPlanView>("Lists rate-limit plans, by name.").OrderedBy("name");
        v1.MapGet("/rate-limit-plans/{plan}", Get).Needs($"{Area}/get", Area, "read")
            .Answers<RateLimitPlanView>("Shows a rate-limit plan.").WithVersion();
        v1.MapPut("/rate-limit-plans/{plan}", Set).Needs($"{Area}/set", Area, "write").Validate<RateLimitPlan>()
            .Answers<RateLimitPlanView>("Writes a rate-limit plan; If-None-Match: * makes one.").OrCreates<RateLimitPlanView>().WithVersion().OnVersion();
        v1.MapDelete("/rate-limit-plans/{plan}", Delete).Needs($"{Area}/delete", Area, "write")
            .AnswersNothing("Deletes a rate-limit plan that no tenant has.").OnVersion();
    }

    private static async Task<IResult> List(int? pageSize, string? pageToken, TenantGrains grains) =>
        Answer.Page(pageSize, pageToken, RateLimitPlan.IsName).Try(out var page, out var refused)
            ? Answer.List([.. (await PlansAsync(grains)).Where(plan => page.After is null || string.CompareOrdinal(plan.Name, page.After) > 0).Take(page.Size + 1)], page.Size, plan => plan.Name)
            : Answer.Refused(refused);

    private static async Task<IResult> Get(string plan, HttpContext http, ManagementExchange exchange, TenantGrains grains) =>
        (await FindAsync(plan, exchange, grains)).Try(out var found, out var unknown) ? Told(http, found) : Answer.Refused(unknown);

    private static async Task<IResult> Set(string plan, RateLimitPlan body, HttpContext http, ManagementExchange exchange, McpMethods methods, TenantGrains grains)
    {
        if (!RateLimitPlan.IsName(plan))
        {
            return Answer.Refused(Problem.Invalid([new FieldError("plan", "Use 1 to 40 lower-case letters, digits and single hyphens, neither first nor last.")]));
        }

        if (!EntityCondition.Required(http.Request).Try(out var condition, out var refused))
        {
            return Answer.Refused(refused);
        }

        if (methods.FirstUnknown(body.Methods.Keys) is { } unknown)
        {
            return Answer.Refused(unknown);
        }

        var before = (await FindAsync(plan, exchange, grains)).Try(out var found, out _) ? found : null;
        if (condition.Check(before is null ? null : Tag(before)) is { } stale)
        {
            return Answer.Refused(stale);
        }

        if (!(await grains.Platform.The<IRateLimitPlanBookGrain>().SetAsync(plan, body, before?.Version ?? 0, exchange.Caller)).Try(out var made, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(before, made);
        return before is null ? Created(http, made) : Told(http, made);
    }

    private static async Task<IResult> Delete(string plan, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!EntityCondition.Required(http.Request).Try(out var condition, out var refused) || !(await FindAsync(plan, exchange, grains)).Try(out var found, out refused))
        {
            return Answer.Refused(refused);
        }

        if (condition.Check(Tag(found)) is { } stale)
        {
            return Answer.Refused(stale);
        }

        if (await grains.Platform.The<IRateLimitPlanBookGrain>().DeleteAsync(plan, found.Version, exchange.Caller) is { } inUse)
        {
            return Answer.Refused(inUse);
        }

        exchange.Changed(found, null);
        return Results.NoContent();
    }

    private static async Task<Result<RateLimitPlanView>> FindAsync(string name, ManagementExchange exchange, TenantGrains grains)
    {
        if (!RateLimitPlan.IsName(name))
        {
            return Problem.NotFound("plan");
        }

        exchange.Entry.Target = name;
        return Array.Find(await PlansAsync(grains), plan => string.Equals(plan.Name, name, StringComparison.Ordinal)) is { } found ? found : Problem.NotFound("plan");
    }

    // A version that no table has.
    private static async Task<RateLimitPlanView[]> PlansAsync(TenantGrains grains) => (await grains.Platform.The<IRateLimitPlanBookGrain>().SinceAsync(-1))!.Plans;

    private static IResult Told(HttpContext http, RateLimitPlanView view) => Answer.Versioned(http.Response, view, Tag(view));

    private static IResult Created(HttpContext http, RateLimitPlanView view)
    {
        http.Response.Headers.ETag = EntityCondition.Tag(Tag(view));
        return Results.Created($"/v1/rate-limit-plans/{view.Name}", view);
    }

    private static string Tag(RateLimitPlanView view) => view.Version.ToString(CultureInfo.InvariantCulture);
}

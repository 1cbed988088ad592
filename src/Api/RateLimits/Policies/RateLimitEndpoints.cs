using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.RateLimits.Quotas;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.RateLimits.Policies;

/// <summary>A tenant's rate limits: what they are, how to change them, and how full the buckets are.</summary>
internal static class RateLimitEndpoints
{
    public static void MapRateLimits(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/rate-limits", Get).Needs("rate-limits/get", "rate-limits", "read")
            .Answers<RateLimitsView>("Shows the rate limits of a tenant.").WithVersion();
        v1.MapPut("/tenants/{tenant}/rate-limits", Set).Needs("rate-limits/set", "rate-limits", "write").Validate<RateLimitPolicy>()
            .Answers<RateLimitsView>("Sets the rate limits of a tenant, within its plan.").WithVersion().OnVersion();
        v1.MapGet("/tenants/{tenant}/rate-limits/usage", Usage).Needs("rate-limits/usage", "rate-limits", "read")
            .AnswersList<RateLimitLevel>("Shows how full buckets are, and takes nothing from them.").MayRefuse(ProblemCode.NotFound);
        v1.MapGet("/tenants/{tenant}/rate-limits/quota", Quota).Needs("rate-limits/quota", "rate-limits", "read")
            .Answers<QuotaLevels>("Shows how much of the quotas of day and month is used.");
    }

    private static async Task<IResult> Get(RouteTenant owner, HttpContext http, PolicyJudge judge, TenantGrains grains) =>
        owner.Id.Try(out var tenant, out var unknown)
            ? Told(http, await judge.WarnAsync(tenant, await grains.For(tenant).The<IRateLimitBookGrain>().GetAsync()))
            : Answer.Refused(unknown);

    private static async Task<IResult> Set(RouteTenant owner, RateLimitPolicy policy, ManagementExchange exchange, HttpContext http, PolicyJudge judge, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || !EntityCondition.Required(http.Request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var book = grains.For(tenant).The<IRateLimitBookGrain>();
        var before = await book.GetAsync();
        if (condition.Check(Tag(before)) is { } stale)
        {
            return Answer.Refused(stale);
        }

        if (await judge.CheckAsync(policy, before.Plan) is { } unfit)
        {
            return Answer.Refused(unfit);
        }

        if (!(await book.SetAsync(policy, before.Version, exchange.Caller)).Try(out var view, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Changed(before.Policy, view.Policy);
        return Told(http, await judge.WarnAsync(tenant, view));
    }

    private static async Task<IResult> Usage(RouteTenant owner, string? key, string? principal, string? address, RateUsage usage) =>
        !owner.Id.Try(out var tenant, out var refused) ? Answer.Refused(refused)
            : (await usage.ReadAsync(tenant, new RateSubjects(key, principal, address))).Try(out var levels, out refused) ? Answer.All(levels)
            : Answer.Refused(refused);

    private static async Task<IResult> Quota(RouteTenant owner, RatePolicies policies, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var quota = (await policies.OfAsync(tenant)).Policy.Quota;
        var used = await grains.For(tenant).The<IUsageQuotaGrain>().ReportAsync();
        return Results.Ok(new QuotaLevels(new QuotaLevel(quota?.PerDay, used.Today, used.DayEndsAt), new QuotaLevel(quota?.PerMonth, used.ThisMonth, used.MonthEndsAt), used.Days));
    }

    private static IResult Told(HttpContext http, RateLimitsView view) => Answer.Versioned(http.Response, view, Tag(view));

    private static string Tag(RateLimitsView view) => view.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

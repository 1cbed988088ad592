using System.Globalization;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.RateLimits.Quotas;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Limits;

/// <summary>Rate limits and quotas of a tenant, and the platform's plans.</summary>
internal static class LimitCalls
{
    public static Task<Answer<RateLimitsView>> LimitsAsync(this ManagementClient management, string slug) => management.InTenantAsync<RateLimitsView>(HttpMethod.Get, slug, "/rate-limits");

    public static Task<Answer<RateLimitsView>> SetLimitsAsync(this ManagementClient management, string slug, RateLimitPolicy policy, int version) =>
        management.InTenantAsync<RateLimitsView>(HttpMethod.Put, slug, "/rate-limits", policy, version.ToString(CultureInfo.InvariantCulture));

    public static Task<Answer<QuotaLevels>> QuotaAsync(this ManagementClient management, string slug) => management.InTenantAsync<QuotaLevels>(HttpMethod.Get, slug, "/rate-limits/quota");

    /// <param name="slug">Of the tenant.</param>
    /// <param name="subject">key, principal or address; null for the buckets that all share.</param>
    /// <param name="named">Which.</param>
    public static Task<Answer<LevelList>> LevelsAsync(this ManagementClient management, string slug, string? subject, string? named) => management.InTenantAsync<LevelList>(HttpMethod.Get, slug,
        "/rate-limits/usage" + (subject is "key" or "principal" or "address" && !string.IsNullOrEmpty(named) ? $"?{subject}={Uri.EscapeDataString(named)}" : ""));

    public static Task<Answer<TenantRateLimitPlan>> TenantPlanAsync(this ManagementClient management, string slug) => management.InTenantAsync<TenantRateLimitPlan>(HttpMethod.Get, slug, "/rate-limit-plan");

    public static Task<Answer<TenantRateLimitPlan>> AssignPlanAsync(this ManagementClient management, string slug, string plan) =>
        management.InTenantAsync<TenantRateLimitPlan>(HttpMethod.Put, slug, "/rate-limit-plan", new AssignRateLimitPlan { Plan = plan }, "*");

    public static Task<Answer<TenantRateLimitPlan>> UnassignPlanAsync(this ManagementClient management, string slug) => management.InTenantAsync<TenantRateLimitPlan>(HttpMethod.Delete, slug, "/rate-limit-plan", ifMatch: "*");

    public static Task<Answer<Page<RateLimitPlanView>>> PlansAsync(this ManagementClient management) => management.SendAsync<Page<RateLimitPlanView>>(HttpMethod.Get, $"v1/rate-limit-plans?pageSize={RateLimitPlan.MaxPlans}");

    public static Task<Answer<RateLimitPlanView>> PlanAsync(this ManagementClient management, string name) => OfPlanAsync<RateLimitPlanView>(management, HttpMethod.Get, name);

    /// <param name="name">Of the plan.</param>
    /// <param name="plan">All of it.</param>
    /// <param name="version">That was read; null for a new plan.</param>
    public static Task<Answer<RateLimitPlanView>> PutPlanAsync(this ManagementClient management, string name, RateLimitPlan plan, long? version) =>
        OfPlanAsync<RateLimitPlanView>(management, HttpMethod.Put, name, plan, version?.ToString(CultureInfo.InvariantCulture) ?? ManagementClient.New);

    public static Task<Answer<bool>> DeletePlanAsync(this ManagementClient management, string name, long version) => OfPlanAsync<bool>(management, HttpMethod.Delete, name, ifMatch: version.ToString(CultureInfo.InvariantCulture));

    private static Task<Answer<T>> OfPlanAsync<T>(ManagementClient management, HttpMethod method, string name, object? body = null, string? ifMatch = null) =>
        RateLimitPlan.IsName(name)
            ? management.SendAsync<T>(method, $"v1/rate-limit-plans/{name}", body, ifMatch: ifMatch)
            : Task.FromResult(new Answer<T>(ProblemView.NotFound()));
}

/// <summary>How full buckets are.</summary>
internal sealed record LevelList(IReadOnlyList<RateLimitLevel> Items);

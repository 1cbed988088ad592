using System.Collections.Frozen;
using Platform.Abstractions.RateLimits.Plans;

namespace Platform.Api.RateLimits.Plans;

/// <summary>The platform's plans as this node holds them. Immutable: changed plans are another object.</summary>
internal sealed class PlanTable(RateLimitPlanTable table)
{
    private readonly FrozenDictionary<string, RateLimitPlanView> _plans = table.Plans.ToFrozenDictionary(plan => plan.Name, StringComparer.Ordinal);
    private readonly RateLimitPlanView? _default = Array.Find(table.Plans, plan => plan.Plan.IsDefault);

    public static PlanTable Empty { get; } = new(new RateLimitPlanTable(-1, []));

    public long Version => table.Version;

    /// <summary>The plan in force for a tenant that was given this one; null when there is none. A plan that this node has not heard of yet is the default one.</summary>
    public RateLimitPlanView? For(string? assigned) => assigned is not null && _plans.TryGetValue(assigned, out var plan) ? plan : _default;
}

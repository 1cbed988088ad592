using System.Collections.Frozen;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Tenants;

namespace Platform.Api.RateLimits;

/// <summary>What one call of a method costs, and the buckets that all callers of it share.</summary>
internal readonly record struct RatePrice(int Cost, LeasedBucket? Method, LeasedBucket? Tool);

/// <summary>A tenant's limits as this node applies them: what it wrote, and nothing above its plan. Immutable: a changed policy, or plan, is another object.</summary>
internal sealed class RatePolicy
{
    private readonly FrozenDictionary<string, Price> _methods;
    private readonly FrozenDictionary<string, Price> _tools;

    private readonly RateLimitsView? _view;
    private readonly RateLimitPlanView? _plan;

    /// <param name="gate">Where buckets are.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="view">What it wrote; null for nothing.</param>
    /// <param name="plan">Null for no ceilings.</param>
    public RatePolicy(RateGate gate, TenantId tenant, RateLimitsView? view, RateLimitPlanView? plan)
    {
        (_view, _plan) = (view, plan);
        var own = view?.Policy ?? RateLimitPolicy.None;
        Policy = plan?.Plan.Over(own) ?? own;
        Quota = Policy.Quota is null ? null : gate.Quota(tenant);
        _methods = Prices(Policy.Methods, "method", RateDimension.Method);
        _tools = Prices(Policy.Tools, "tool", RateDimension.Tool);

        FrozenDictionary<string, Price> Prices(IReadOnlyDictionary<string, MethodLimit> limits, string kind, RateDimension dimension) =>
            limits.ToFrozenDictionary(
                limit => limit.Key,
                limit => new Price(limit.Value.Cost, limit.Value.Limit is { } rule ? gate.Bucket(tenant, $"{kind}/{limit.Key}", dimension, rule) : null),
                StringComparer.Ordinal);
    }

    /// <summary>What is in force.</summary>
    public RateLimitPolicy Policy { get; }

    /// <summary>This node's share of the quota in force; null when there is no quota.</summary>
    public LeasedQuota? Quota { get; }

    /// <summary>The most that a key's own limit can be; null for no ceiling.</summary>
    public RateLimitRule? KeyCeiling => _plan?.Plan.Key;

    /// <summary>The plan in force; null when there is none.</summary>
    public RateLimitPlanView? Plan => _plan;

    /// <summary>Whether this is what would be made of them, so that buckets, and what depends on them, need not be made anew.</summary>
    public bool IsOf(RateLimitsView view, RateLimitPlanView? plan) =>
        _view?.Version == view.Version && _plan?.Version == plan?.Version && string.Equals(_plan?.Name, plan?.Name, StringComparison.Ordinal);

    /// <summary>The buckets of methods and tools.</summary>
    public IEnumerable<LeasedBucket> Priced => _methods.Values.Concat(_tools.Values).Select(price => price.Bucket).OfType<LeasedBucket>();

    /// <param name="method">As the body names it: what a header says does not count.</param>
    /// <param name="cost">What the method costs when the tenant says nothing.</param>
    /// <param name="tool">The tool that is called, existing or not; null for other methods.</param>
    public RatePrice PriceOf(string method, int cost, string? tool)
    {
        var ofMethod = _methods.GetValueOrDefault(method);
        var ofTool = tool is null ? default : _tools.GetValueOrDefault(tool);
        return new RatePrice(ofTool.Cost ?? ofMethod.Cost ?? cost, ofMethod.Bucket, ofTool.Bucket);
    }

    private readonly record struct Price(int? Cost, LeasedBucket? Bucket);
}

using System.Collections.Frozen;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;

namespace Platform.Api.RateLimits;

/// <summary>What one call of a method costs, and the buckets that all callers of it share.</summary>
internal readonly record struct RatePrice(int Cost, LeasedBucket? Method, LeasedBucket? Tool);

/// <summary>A tenant's limits as this node applies them. Immutable: a changed policy is another object.</summary>
internal sealed class RatePolicy
{
    private readonly FrozenDictionary<string, Price> _methods;
    private readonly FrozenDictionary<string, Price> _tools;

    public RatePolicy(RateGate gate, TenantId tenant, RateLimitPolicy policy, int version)
    {
        Policy = policy;
        Version = version;
        _methods = Prices(policy.Methods, "method", RateDimension.Method);
        _tools = Prices(policy.Tools, "tool", RateDimension.Tool);

        FrozenDictionary<string, Price> Prices(IReadOnlyDictionary<string, MethodLimit> limits, string kind, RateDimension dimension) =>
            limits.ToFrozenDictionary(
                limit => limit.Key,
                limit => new Price(limit.Value.Cost, limit.Value.Limit is { } rule ? gate.Bucket(tenant, $"{kind}/{limit.Key}", dimension, rule) : null),
                StringComparer.Ordinal);
    }

    public RateLimitPolicy Policy { get; }

    public int Version { get; }

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

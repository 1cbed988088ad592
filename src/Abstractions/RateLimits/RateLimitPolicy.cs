using System.Collections.Frozen;

namespace Platform.Abstractions.RateLimits;

/// <summary>What one method, or one tool, costs and how often it may be called in the whole tenant.</summary>
[GenerateSerializer, Alias("method-limit"), Immutable]
public sealed record MethodLimit
{
    public const int MaxCost = 1_000;

    /// <summary>Permits that a call takes from every limit of its caller, 1 to 1 000; the platform's cost of the method when absent.</summary>
    [Id(0)] public int? Cost { get; init; }

    /// <summary>Calls by all callers of the tenant together; as many as their own limits allow when absent.</summary>
    [Id(1)] public RateLimitRule? Limit { get; init; }
}

/// <summary>A tenant's rate limits (IN-8). A request takes from every bucket that concerns it, and is refused when one of them is empty.</summary>
[GenerateSerializer, Alias("rate-limit-policy"), Immutable]
public sealed record RateLimitPolicy
{
    public const int MaxMethods = 50;
    public const int MaxTools = 200;

    private static readonly IReadOnlyDictionary<string, MethodLimit> Nothing = FrozenDictionary<string, MethodLimit>.Empty;

    public static RateLimitPolicy None { get; } = new();

    /// <summary>All requests of the tenant together; no such limit when absent.</summary>
    [Id(0)] public RateLimitRule? Tenant { get; init; }

    /// <summary>Each principal, over all of its credentials; no such limit when absent.</summary>
    [Id(1)] public RateLimitRule? Principal { get; init; }

    /// <summary>Each key that names no limit of its own, each certificate, and each principal's access tokens; the tenant's default when absent.</summary>
    [Id(2)] public RateLimitRule? Key { get; init; }

    /// <summary>Each client address, IPv6 by /64; no such limit when absent.</summary>
    [Id(3)] public RateLimitRule? Address { get; init; }

    /// <summary>By the name of the MCP method.</summary>
    [Id(4)] public IReadOnlyDictionary<string, MethodLimit> Methods { get; init => field = value ?? Nothing; } = Nothing;

    /// <summary>By the name of the tool. A cost here takes the place of that of <c>tools/call</c>.</summary>
    [Id(5)] public IReadOnlyDictionary<string, MethodLimit> Tools { get; init => field = value ?? Nothing; } = Nothing;

    /// <summary>What the endpoint's callers together may use in a day and in a month; as much as their limits allow when absent.</summary>
    [Id(6)] public UsageQuota? Quota { get; init; }
}

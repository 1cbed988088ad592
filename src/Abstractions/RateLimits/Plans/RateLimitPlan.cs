using System.Collections.Frozen;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.RateLimits.Plans;

/// <summary>
/// What operators give a tenant: each rule holds where the tenant says nothing, and is the most that the tenant can give itself. A cost is the least that its calls cost.
/// </summary>
[GenerateSerializer, Alias("rate-limit-plan"), Immutable]
public sealed record RateLimitPlan
{
    /// <summary>Most plans of a platform.</summary>
    public const int MaxPlans = 100;

    private const string ToolsCall = "tools/call";
    private static readonly IReadOnlyDictionary<string, MethodLimit> Nothing = FrozenDictionary<string, MethodLimit>.Empty;

    /// <summary>For operators, at most 200 characters.</summary>
    [Id(0)] public string? Description { get; init; }

    /// <summary>It is the plan of every tenant that has none of its own; one plan at most.</summary>
    [Id(1)] public bool IsDefault { get; init; }

    /// <summary>All requests of the tenant together; no such ceiling when absent.</summary>
    [Id(2)] public RateLimitRule? Tenant { get; init; }

    /// <summary>Each principal; no such ceiling when absent.</summary>
    [Id(3)] public RateLimitRule? Principal { get; init; }

    /// <summary>Each key, those with a limit of their own too; no such ceiling when absent.</summary>
    [Id(4)] public RateLimitRule? Key { get; init; }

    /// <summary>Each client address; no such ceiling when absent.</summary>
    [Id(5)] public RateLimitRule? Address { get; init; }

    /// <summary>By the name of the MCP method.</summary>
    [Id(6)] public IReadOnlyDictionary<string, MethodLimit> Methods { get; init => field = value ?? Nothing; } = Nothing;

    /// <summary>What all callers of a tenant together may use in a day and in a month; no such ceiling when absent.</summary>
    [Id(7)] public UsageQuota? Quota { get; init; }

    /// <summary>The form of a tenant's slug.</summary>
    public static bool IsName(string? text) => text is not null && Tenants.TenantSlug.IsValid(text);

    /// <summary>What is in force for a tenant that wrote <paramref name="own"/>: nothing above the plan, whenever it was written.</summary>
    public RateLimitPolicy Over(RateLimitPolicy own)
    {
        var leastOfTools = Methods.GetValueOrDefault(ToolsCall)?.Cost;
        return own with
        {
            Tenant = Lower(own.Tenant, Tenant),
            Principal = Lower(own.Principal, Principal),
            Key = Lower(own.Key, Key),
            Address = Lower(own.Address, Address),
            Quota = own.Quota is null || Quota is null ? own.Quota ?? Quota : own.Quota.Within(Quota),
            Methods = Methods.Count == 0 ? own.Methods : own.Methods.Keys.Union(Methods.Keys, StringComparer.Ordinal)
                .ToDictionary(name => name, name => Dearer(own.Methods.GetValueOrDefault(name), Methods.GetValueOrDefault(name)), StringComparer.Ordinal),

            // A tool's cost takes the place of that of tools/call: it must not undercut it.
            Tools = leastOfTools is not { } least ? own.Tools : own.Tools.ToDictionary(
                tool => tool.Key, tool => tool.Value.Cost < least ? tool.Value with { Cost = least } : tool.Value, StringComparer.Ordinal),
        };
    }

    /// <summary>What of a tenant's wishes is above the plan; empty when it can have them all.</summary>
    /// <param name="name">Of the plan.</param>
    /// <param name="wanted">By the tenant.</param>
    public IReadOnlyList<FieldError> Refuses(string name, RateLimitPolicy wanted)
    {
        var errors = new List<FieldError>();
        Compare("tenant", wanted.Tenant, Tenant);
        Compare("principal", wanted.Principal, Principal);
        Compare("key", wanted.Key, Key);
        Compare("address", wanted.Address, Address);
        CompareQuota("quota.perDay", wanted.Quota?.PerDay, Quota?.PerDay);
        CompareQuota("quota.perMonth", wanted.Quota?.PerMonth, Quota?.PerMonth);
        foreach (var (method, limit) in wanted.Methods)
        {
            var planned = Methods.GetValueOrDefault(method);
            Compare($"methods.{method}.limit", limit.Limit, planned?.Limit);
            CompareCost($"methods.{method}.cost", limit.Cost, planned?.Cost);
        }

        var leastOfTools = Methods.GetValueOrDefault(ToolsCall)?.Cost;
        foreach (var (tool, limit) in wanted.Tools)
        {
            CompareCost($"tools.{tool}.cost", limit.Cost, leastOfTools);
        }

        return errors;

        void Compare(string member, RateLimitRule? rule, RateLimitRule? most)
        {
            if (rule?.PermitsPerMinute > most?.PermitsPerMinute)
            {
                errors.Add(new FieldError($"{member}.permitsPerMinute", $"The plan '{name}' has at most {most.PermitsPerMinute}."));
            }

            if (rule?.Burst > most?.Burst)
            {
                errors.Add(new FieldError($"{member}.burst", $"The plan '{name}' has at most {most.Burst}."));
            }
        }

        void CompareQuota(string member, long? permits, long? most)
        {
            if (permits > most)
            {
                errors.Add(new FieldError(member, $"The plan '{name}' has at most {most}."));
            }
        }

        void CompareCost(string member, int? cost, int? least)
        {
            if (cost < least)
            {
                errors.Add(new FieldError(member, $"The plan '{name}' has at least {least}."));
            }
        }
    }

    private static RateLimitRule? Lower(RateLimitRule? own, RateLimitRule? planned) => own is null ? planned : planned is null ? own : own.Within(planned);

    private static MethodLimit Dearer(MethodLimit? own, MethodLimit? planned) => new()
    {
        Cost = own?.Cost is { } cost && planned?.Cost is { } least ? Math.Max(cost, least) : own?.Cost ?? planned?.Cost,
        Limit = Lower(own?.Limit, planned?.Limit),
    };
}

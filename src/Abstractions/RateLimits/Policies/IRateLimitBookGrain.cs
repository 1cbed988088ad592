using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;

namespace Platform.Abstractions.RateLimits.Policies;

/// <summary>A tenant's rate limits as REST and API nodes see them.</summary>
[GenerateSerializer, Alias("rate-limits-view"), Immutable]
public sealed record RateLimitsView
{
    /// <summary>What the tenant wrote.</summary>
    [Id(0)] public required RateLimitPolicy Policy { get; init; }

    /// <summary>Grows by one with every change; 0 while nobody has changed anything.</summary>
    [Id(1)] public required int Version { get; init; }

    [Id(2)] public DateTimeOffset? ChangedAt { get; init; }

    [Id(3)] public string? ChangedBy { get; init; }

    /// <summary>The plan that an operator gave the tenant; null for the default one.</summary>
    [Id(4)] public string? Plan { get; init; }

    /// <summary>Costs that callers without a limit of their own cannot pay. REST fills it in.</summary>
    [Id(5)] public IReadOnlyList<FieldError> Warnings { get; init; } = [];
}

/// <summary>A tenant's rate limits. Key: <c>{tenant}</c>.</summary>
[Alias("rate-limit-book"), OpenToPlatformGrains]
public interface IRateLimitBookGrain : IGrainWithStringKey
{
    [Alias("get")]
    Task<RateLimitsView> GetAsync();

    /// <summary>Replaces the policy when its version is the one that was read; effective on every node within 5 s.</summary>
    [Alias("set")]
    Task<Result<RateLimitsView>> SetAsync(RateLimitPolicy policy, int version, Caller caller);

    /// <summary>Notes the plan that was given to the tenant and pushes it, also when nothing changed. Only the grain that keeps who has which plan calls it.</summary>
    [Alias("use-plan")]
    Task UsePlanAsync(string? plan);
}

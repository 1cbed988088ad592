using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

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
}

/// <summary>A tenant's rate limits. Key: <c>{tenant}</c>.</summary>
[Alias("rate-limit-book")]
public interface IRateLimitBookGrain : IGrainWithStringKey
{
    [Alias("get")]
    Task<RateLimitsView> GetAsync();

    /// <summary>Replaces the policy when its version is the one that was read; effective on every node within 5 s.</summary>
    [Alias("set")]
    Task<Result<RateLimitsView>> SetAsync(RateLimitPolicy policy, int version, Caller caller);
}

using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.RateLimits.Plans;

/// <summary>The platform's rate-limit plans, at most <see cref="RateLimitPlan.MaxPlans"/>. Key: <c>_sys</c>.</summary>
[Alias("rate-limit-plan-book")]
public interface IRateLimitPlanBookGrain : IGrainWithStringKey
{
    /// <summary>The table, or null while it is still of this version.</summary>
    [Alias("since"), AlwaysInterleave]
    Task<RateLimitPlanTable?> SinceAsync(long version);

    /// <summary>Whether there is such a plan. Waits for a deletion that is under way.</summary>
    [Alias("has")]
    Task<bool> HasAsync(string name);

    /// <summary>Makes a plan, or replaces it when its version is the one that was read; effective on every node within 5 s.</summary>
    /// <param name="name">See <see cref="RateLimitPlan.IsName"/>.</param>
    /// <param name="plan">Valid. When it is the default one, the one that was is no more.</param>
    /// <param name="version">0 to make one that is not there.</param>
    /// <param name="caller">Who asks.</param>
    [Alias("set")]
    Task<Result<RateLimitPlanView>> SetAsync(string name, RateLimitPlan plan, long version, Caller caller);

    /// <summary>Refused while a tenant has the plan, and while it is the default one.</summary>
    [Alias("delete")]
    Task<Problem?> DeleteAsync(string name, long version, Caller caller);
}

/// <summary>Which plan a tenant was given. Key: <c>_sys/{tenant}</c>, so that the book sees who uses a plan.</summary>
[Alias("rate-limit-plan-use")]
public interface IRateLimitPlanUseGrain : IGrainWithStringKey
{
    [Alias("get")]
    Task<RateLimitPlanAssignment> GetAsync();

    /// <summary>Gives the tenant a plan, or takes it away; effective on every node within 5 s. What is cut short is finished, or undone, by the next one.</summary>
    /// <param name="plan">Null for none of its own.</param>
    /// <param name="version">As it was read.</param>
    /// <param name="caller">Who asks.</param>
    [Alias("assign")]
    Task<Result<RateLimitPlanAssignment>> AssignAsync(string? plan, int version, Caller caller);
}

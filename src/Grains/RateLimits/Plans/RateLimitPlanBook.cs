using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits.Plans;

namespace Platform.Grains.RateLimits.Plans;

public sealed record RateLimitPlanBookState
{
    /// <summary>Of the last change of any plan; what changes, or is made, gets the next one.</summary>
    public long Version { get; init; }

    /// <summary>By name, in ordinal order.</summary>
    public RateLimitPlanView[] Plans { get; init => field = value ?? []; } = [];
}

/// <summary>What a change makes of all plans.</summary>
internal static class RateLimitPlanBook
{
    public static RateLimitPlanView? Find(this RateLimitPlanBookState state, string name) => Array.Find(state.Plans, plan => string.Equals(plan.Name, name, StringComparison.Ordinal));

    public static Result<RateLimitPlanBookState> Set(RateLimitPlanBookState state, string name, RateLimitPlan plan, long version, string by, DateTimeOffset now)
    {
        var known = state.Find(name);
        if (version != (known?.Version ?? 0))
        {
            return Problem.PreconditionFailed();
        }

        if (known is null && state.Plans.Length >= RateLimitPlan.MaxPlans)
        {
            return Problem.QuotaExceeded($"There are at most {RateLimitPlan.MaxPlans} plans.");
        }

        var next = state.Version + 1;
        var others = state.Plans
            .Where(other => other != known)
            .Select(other => plan.IsDefault && other.Plan.IsDefault ? other with { Plan = other.Plan with { IsDefault = false }, Version = next, ChangedAt = now, ChangedBy = by } : other);
        var made = new RateLimitPlanView { Name = name, Version = next, Plan = plan, ChangedAt = now, ChangedBy = by };
        return new RateLimitPlanBookState { Version = next, Plans = [.. others.Append(made).OrderBy(other => other.Name, StringComparer.Ordinal)] };
    }

    /// <summary>Whether nobody has it is asked before.</summary>
    public static Result<RateLimitPlanBookState> Delete(RateLimitPlanBookState state, string name, long version)
    {
        if (state.Find(name) is not { } known)
        {
            return Problem.NotFound("plan");
        }

        return known.Version != version ? Problem.PreconditionFailed()
            : known.Plan.IsDefault ? Problem.Conflict("It is the default plan. Make another plan the default one, or take that from it, first.")
            : new RateLimitPlanBookState { Version = state.Version + 1, Plans = [.. state.Plans.Where(other => other != known)] };
    }
}

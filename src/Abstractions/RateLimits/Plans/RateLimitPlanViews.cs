using FluentValidation;

namespace Platform.Abstractions.RateLimits.Plans;

/// <summary>A plan as operators see it.</summary>
[GenerateSerializer, Alias("rate-limit-plan-view"), Immutable]
public sealed record RateLimitPlanView
{
    [Id(0)] public required string Name { get; init; }

    /// <summary>Another one with every change, also over a deletion: what a condition compares.</summary>
    [Id(1)] public required long Version { get; init; }

    [Id(2)] public required RateLimitPlan Plan { get; init; }

    [Id(3)] public required DateTimeOffset ChangedAt { get; init; }

    [Id(4)] public required string ChangedBy { get; init; }
}

/// <summary>All plans, as nodes hold them.</summary>
/// <param name="Version">Any other version is another table.</param>
/// <param name="Plans">By name, in ordinal order.</param>
[GenerateSerializer, Alias("rate-limit-plan-table"), Immutable]
public sealed record RateLimitPlanTable([property: Id(0)] long Version, [property: Id(1)] RateLimitPlanView[] Plans);

/// <summary>Gives a tenant a plan of its own.</summary>
public sealed record AssignRateLimitPlan
{
    /// <summary>An existing one.</summary>
    public required string Plan { get; init; }
}

public sealed class AssignRateLimitPlanValidator : AbstractValidator<AssignRateLimitPlan>
{
    public AssignRateLimitPlanValidator() => RuleFor(command => command.Plan).Must(RateLimitPlan.IsName).WithMessage("Name a plan.");
}

/// <summary>Which plan was given to a tenant.</summary>
/// <param name="Plan">Null when none of its own.</param>
/// <param name="Version">Grows by one with every change.</param>
[GenerateSerializer, Alias("rate-limit-plan-assignment"), Immutable]
public sealed record RateLimitPlanAssignment([property: Id(0)] string? Plan, [property: Id(1)] int Version);

/// <summary>The plan that is in force for a tenant, as it sees it itself.</summary>
/// <param name="Assigned">The plan that an operator gave it; null when the default one, or none, is in force.</param>
/// <param name="Name">Of the plan in force; null when there is none.</param>
/// <param name="Plan">Its rules.</param>
public sealed record TenantRateLimitPlan(string? Assigned, string? Name, RateLimitPlan? Plan);

using System.Text.Json.Serialization;
using Platform.Api.Audit;
using Platform.Api.Management;

namespace Platform.Api.Configurations;

internal enum ConfigurationKind
{
    [JsonStringEnumMemberName("guest-access")] GuestAccess = 0,
    [JsonStringEnumMemberName("role")] Role = 1,
    [JsonStringEnumMemberName("rate-limit-plan")] RateLimitPlan = 2,
    [JsonStringEnumMemberName("rate-limits")] RateLimits = 3,
    [JsonStringEnumMemberName("alert-rule")] AlertRule = 4,
    [JsonStringEnumMemberName("member")] Member = 5,
}

internal enum ConfigurationAction
{
    [JsonStringEnumMemberName("unchanged")] Unchanged = 0,
    [JsonStringEnumMemberName("create")] Create = 1,
    [JsonStringEnumMemberName("update")] Update = 2,
    [JsonStringEnumMemberName("delete")] Delete = 3,
}

internal enum ConfigurationOutcome
{
    [JsonStringEnumMemberName("failed")] Failed = 0,

    /// <summary>It would be done: this was a dry run.</summary>
    [JsonStringEnumMemberName("planned")] Planned = 1,

    [JsonStringEnumMemberName("applied")] Applied = 2,

    /// <summary>There was nothing to do.</summary>
    [JsonStringEnumMemberName("unchanged")] Unchanged = 3,
}

/// <summary>What becomes of one object.</summary>
internal sealed record ConfigurationChange
{
    public required ConfigurationKind Kind { get; init; }

    /// <summary>Absent for what there is one of.</summary>
    public string? Name { get; init; }

    public required ConfigurationAction Action { get; init; }

    public required ConfigurationOutcome Outcome { get; init; }

    /// <summary>The members that differ.</summary>
    public required IReadOnlyDictionary<string, ChangedField> Fields { get; init; }

    /// <summary>Why it failed.</summary>
    public ProblemBody? Problem { get; init; }
}

/// <summary>What a document changed, or would change.</summary>
internal sealed record AppliedConfiguration
{
    public required bool DryRun { get; init; }

    /// <summary>What was made; in a dry run, what would be. So with the next two.</summary>
    public required int Created { get; init; }
    public required int Updated { get; init; }
    public required int Deleted { get; init; }

    /// <summary>What was as it should be.</summary>
    public required int Unchanged { get; init; }

    /// <summary>What was begun and not made, counted nowhere else.</summary>
    public required int Failed { get; init; }

    public required IReadOnlyList<ConfigurationChange> Changes { get; init; }

    public static AppliedConfiguration Of(bool dryRun, IReadOnlyList<ConfigurationChange> changes)
    {
        return new()
        {
            DryRun = dryRun,
            Created = Count(ConfigurationAction.Create),
            Updated = Count(ConfigurationAction.Update),
            Deleted = Count(ConfigurationAction.Delete),
            Unchanged = Count(ConfigurationAction.Unchanged),
            Failed = changes.Count(change => change.Outcome == ConfigurationOutcome.Failed),
            Changes = changes,
        };

        int Count(ConfigurationAction action) => changes.Count(change => change.Action == action && change.Outcome != ConfigurationOutcome.Failed);
    }
}

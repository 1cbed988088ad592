namespace Platform.Abstractions.Identity;

/// <summary>What one role gives and takes, and when. A deny overrides every allow, of whichever role (AZ-3).</summary>
[GenerateSerializer, Alias("access-rule"), Immutable]
public sealed record AccessRule
{
    /// <summary>The role it comes from, for explanations.</summary>
    [Id(0)] public required string Role { get; init; }

    /// <summary>Permissions, inherited ones included.</summary>
    [Id(1)] public required string[] Allow { get; init; }

    /// <summary>Permissions that nobody with this role has, whatever else they hold.</summary>
    [Id(2)] public string[] Deny { get; init; } = [];

    /// <summary>When it applies; always, when absent.</summary>
    [Id(3)] public AccessCondition? Condition { get; init; }

    /// <summary>From this instant on it is over; never, when absent.</summary>
    [Id(4)] public DateTimeOffset? Until { get; init; }

    /// <summary>The group through which a principal has it; null when it is the principal's own.</summary>
    [Id(5)] public string? Group { get; init; }
}

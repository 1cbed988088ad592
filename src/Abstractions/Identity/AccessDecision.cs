namespace Platform.Abstractions.Identity;

/// <summary>Whether something may be done, and which rule says so.</summary>
[GenerateSerializer, Alias("access-decision"), Immutable]
public sealed record AccessDecision
{
    [Id(0)] public required bool Allowed { get; init; }

    /// <summary>The grant that allows it, or the deny that takes it; null when nothing allows it.</summary>
    [Id(1)] public string? Rule { get; init; }

    /// <summary>The role that the rule was assigned with; it may have inherited the rule.</summary>
    [Id(2)] public string? Role { get; init; }

    /// <summary>The group through which the principal has the role; null when it is its own.</summary>
    [Id(3)] public string? Group { get; init; }
}

using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Roles;

/// <summary>One role as somebody wants it.</summary>
[GenerateSerializer, Alias("role-draft"), Immutable]
public sealed record RoleDraft([property: Id(0)] string Name, [property: Id(1)] ReplaceRole Role);

/// <summary>Changes of a tenant's roles that somebody means to make, in this order.</summary>
[GenerateSerializer, Alias("role-trial"), Immutable]
public sealed record RoleTrial
{
    /// <summary>Made, or replaced; each after those of them that it inherits.</summary>
    [Id(0)] public required RoleDraft[] Put { get; init; }

    /// <summary>Null to leave it alone.</summary>
    [Id(1)] public GuestAccess? GuestAccess { get; init; }

    /// <summary>After all else, so that who still has one is not asked here.</summary>
    [Id(2)] public required string[] Delete { get; init; }
}

/// <summary>What would come of a <see cref="RoleTrial"/>.</summary>
[GenerateSerializer, Alias("role-trial-result"), Immutable]
public sealed record RoleTrialResult
{
    /// <summary>Roles that would be refused, each with its own reason.</summary>
    [Id(0)] public required TrialFault[] Faults { get; init; }

    /// <summary>Null when guests may be let in, or out, so.</summary>
    [Id(1)] public Problem? GuestAccess { get; init; }

    /// <summary>Roles that would not be made as they are wanted: those at fault, and those that inherit one of them and so were not judged.</summary>
    [Id(2)] public required string[] Unmade { get; init; }

    /// <summary>What every role would give and take before any is deleted.</summary>
    [Id(3)] public required AccessRule[] Rules { get; init; }
}

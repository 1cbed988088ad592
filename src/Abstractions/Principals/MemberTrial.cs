using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Principals;

/// <summary>One principal and what it is to be given.</summary>
/// <param name="Id">Of one that is there, or is to be added.</param>
/// <param name="Kind">As its id says.</param>
/// <param name="Given">All of it.</param>
[GenerateSerializer, Alias("member-draft"), Immutable]
public sealed record MemberDraft([property: Id(0)] string Id, [property: Id(1)] PrincipalKind Kind, [property: Id(2)] SetRoles Given);

/// <summary>Changes of a tenant's principals that somebody means to make, in this order, when its roles are what somebody means them to be.</summary>
[GenerateSerializer, Alias("member-trial"), Immutable]
public sealed record MemberTrial
{
    [Id(0)] public required MemberDraft[] Put { get; init; }

    /// <summary>What every role gives and takes by then.</summary>
    [Id(1)] public required AccessRule[] Rules { get; init; }

    /// <summary>Roles that cannot be made: whoever is to have one is not judged.</summary>
    [Id(2)] public required string[] Unmade { get; init; }

    /// <summary>Roles that are to be deleted afterwards.</summary>
    [Id(3)] public required string[] Deleted { get; init; }
}

/// <summary>What would come of a <see cref="MemberTrial"/>.</summary>
[GenerateSerializer, Alias("member-trial-result"), Immutable]
public sealed record MemberTrialResult
{
    /// <summary>Principals that would be refused what they are to be given.</summary>
    [Id(0)] public required TrialFault[] Members { get; init; }

    /// <summary>Roles that could not be deleted, because somebody would still have them.</summary>
    [Id(1)] public required TrialFault[] Roles { get; init; }
}

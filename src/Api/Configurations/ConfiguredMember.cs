using Platform.Abstractions.Principals;

namespace Platform.Api.Configurations;

/// <summary>What a principal is given. What is left out is none.</summary>
internal sealed record ConfiguredMember
{
    /// <summary>Left as it is when absent; a new one is called by its name.</summary>
    public string? DisplayName { get; init; }

    public required string[] Roles { get; init; }

    public ConditionalRole[]? ConditionalRoles { get; init; }

    public string[]? Groups { get; init; }

    /// <summary>Prefixes of ids that we give out; others are given out by identity providers.</summary>
    public static PrincipalKind? KindOf(string id) => !PrincipalId.IsValid(id) ? null : id[..4] switch
    {
        "svc_" => PrincipalKind.Service,
        "usr_" => PrincipalKind.User,
        "dev_" => PrincipalKind.Device,
        "grp_" => PrincipalKind.Group,
        _ => null,
    };

    public static ConfiguredMember Of(PrincipalView member) =>
        new() { DisplayName = member.DisplayName, Roles = member.Roles, ConditionalRoles = member.ConditionalRoles, Groups = member.Groups };

    public SetRoles Given() => new() { Roles = Roles, ConditionalRoles = ConditionalRoles, Groups = Groups };
}

namespace Platform.Abstractions.Principals;

/// <summary>Which principals of a list are wanted; what is null says nothing.</summary>
[GenerateSerializer, Alias("principal-filter"), Immutable]
public sealed record PrincipalFilter
{
    [Id(0)] public PrincipalKind? Kind { get; init; }

    /// <summary>A part of the id or of the display name, whatever the case of its letters.</summary>
    [Id(1)] public string? Name { get; init; }

    /// <summary>A role that the principal itself has: always, or at times.</summary>
    [Id(2)] public string? Role { get; init; }

    [Id(3)] public bool? Blocked { get; init; }

    public bool Wants(PrincipalView principal) =>
        (Kind is null || principal.Kind == Kind)
        && (Blocked is null || principal.Blocked == Blocked)
        && (Name is null || principal.Id.Contains(Name, StringComparison.OrdinalIgnoreCase) || principal.DisplayName.Contains(Name, StringComparison.OrdinalIgnoreCase))
        && (Role is null || principal.Roles.Contains(Role, StringComparer.Ordinal) || Array.Exists(principal.ConditionalRoles, role => string.Equals(role.Role, Role, StringComparison.Ordinal)));
}

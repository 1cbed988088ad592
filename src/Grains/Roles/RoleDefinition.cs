using Platform.Abstractions.Roles;

namespace Platform.Grains.Roles;

/// <summary>A role of a tenant's own, as it is stored.</summary>
public sealed record RoleDefinition
{
    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public string[] Allow { get; init; } = [];
    public string[] Deny { get; init; } = [];
    public string[] Inherits { get; init; } = [];
    public DateTimeOffset ChangedAt { get; init; }
    public string ChangedBy { get; init; } = "";

    public RoleView View() => new()
    {
        Name = Name,
        Description = Description,
        Allow = Allow,
        Deny = Deny,
        Inherits = Inherits,
        BuiltIn = false,
        ChangedAt = ChangedAt,
        ChangedBy = ChangedBy,
    };

    /// <summary>True when it is not of the version that somebody means; null for whichever there is.</summary>
    public bool IsOther(long? expected) => expected is not null && expected != View().Version;
}

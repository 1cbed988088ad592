namespace Platform.Abstractions.Roles;

/// <summary>A role as REST and the console show it.</summary>
[GenerateSerializer, Alias("role-view"), Immutable]
public sealed record RoleView
{
    [Id(0)] public required string Name { get; init; }
    [Id(1)] public required string Description { get; init; }

    /// <summary>Its own permissions, without what it inherits.</summary>
    [Id(2)] public required string[] Allow { get; init; }

    /// <summary>What nobody with this role may do, whatever else they hold.</summary>
    [Id(3)] public required string[] Deny { get; init; }

    /// <summary>Roles whose permissions and denials it has too.</summary>
    [Id(4)] public required string[] Inherits { get; init; }

    /// <summary>True for the roles of the platform, which nobody can change.</summary>
    [Id(5)] public required bool BuiltIn { get; init; }

    [Id(6)] public DateTimeOffset? ChangedAt { get; init; }
    [Id(7)] public string? ChangedBy { get; init; }

    /// <summary>What a condition on the role names; never twice the same.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Version => ChangedAt?.UtcTicks ?? 0;
}

/// <summary>Whether the role <c>guest</c> gives anything in this tenant.</summary>
[GenerateSerializer, Alias("guest-access"), Immutable]
public sealed record GuestAccess([property: Id(0)] bool Enabled);

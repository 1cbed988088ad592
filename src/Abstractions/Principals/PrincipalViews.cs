using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;

namespace Platform.Abstractions.Principals;

/// <summary>What a principal is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PrincipalKind>))]
public enum PrincipalKind
{
    /// <summary>A program, which has keys.</summary>
    [JsonStringEnumMemberName("service")] Service = 0,

    /// <summary>A person, who has a password.</summary>
    [JsonStringEnumMemberName("user")] User = 1,

    /// <summary>A machine, which has keys or a certificate.</summary>
    [JsonStringEnumMemberName("device")] Device = 2,

    /// <summary>Nobody who could ask: its roles are those of its members.</summary>
    [JsonStringEnumMemberName("group")] Group = 3,
}

/// <summary>A role that applies at times only.</summary>
[GenerateSerializer, Alias("conditional-role"), Immutable]
public sealed record ConditionalRole([property: Id(0)] string Role, [property: Id(1)] AccessCondition Condition);

/// <summary>A role for a while. Kept after its end, so that it can be seen who had what and why.</summary>
[GenerateSerializer, Alias("elevation"), Immutable]
public sealed record Elevation
{
    [Id(0)] public required string Role { get; init; }
    [Id(1)] public required DateTimeOffset From { get; init; }

    /// <summary>From this instant on it is over.</summary>
    [Id(2)] public required DateTimeOffset Until { get; init; }
    [Id(3)] public required string Justification { get; init; }
    [Id(4)] public required string GrantedBy { get; init; }
}

/// <summary>A principal without anything that proves who it is.</summary>
[GenerateSerializer, Alias("principal-view"), Immutable]
public sealed record PrincipalView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required PrincipalKind Kind { get; init; }
    [Id(2)] public required string DisplayName { get; init; }

    /// <summary>Roles that apply always.</summary>
    [Id(3)] public required string[] Roles { get; init; }
    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(5)] public bool Blocked { get; init; }
    [Id(6)] public ConditionalRole[] ConditionalRoles { get; init; } = [];

    /// <summary>Groups whose roles it has too.</summary>
    [Id(7)] public string[] Groups { get; init; } = [];

    /// <summary>The latest ones, those that are over included.</summary>
    [Id(8)] public Elevation[] Elevations { get; init; } = [];
    [Id(9)] public DateTimeOffset? BlockedAt { get; init; }
    [Id(10)] public string? BlockedReason { get; init; }

    /// <summary>Of a user who was invited and has no password yet: when the invitation ends, or ended.</summary>
    [Id(11)] public DateTimeOffset? InvitedUntil { get; init; }

    /// <summary>What a condition on the principal names; another after every change of it.</summary>
    [Id(12)] public long Version { get; init; }
}

/// <summary>What is kept of whoever has or had an id.</summary>
/// <param name="Kind">What it is, or was.</param>
/// <param name="View">Null once it was deleted.</param>
/// <param name="Provider">Who vouches for it; null for whoever signs in here.</param>
[GenerateSerializer, Alias("principal-record"), Immutable]
public sealed record PrincipalRecord([property: Id(0)] PrincipalKind Kind, [property: Id(1)] PrincipalView? View, [property: Id(2)] string? Provider);

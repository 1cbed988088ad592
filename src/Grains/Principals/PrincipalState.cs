using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Principals;
using Platform.Grains.Storage;

namespace Platform.Grains.Principals;

/// <remarks>The reader sets members that a row does not have, and so those that are newer than the row, to null.</remarks>
public sealed record PrincipalState : IProjected
{
    /// <summary>What the index reads of a principal that was deleted.</summary>
    public const string Deleted = "deleted";

    /// <summary>Empty in rows from before there was an index.</summary>
    public string Id { get; init => field = value ?? ""; } = "";
    public PrincipalKind Kind { get; init; }
    public string DisplayName { get; init; } = "";
    public string[] Roles { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
    public bool Blocked { get; init; }
    public ConditionalRole[] ConditionalRoles { get; init => field = value ?? []; } = [];
    public string[] Groups { get; init => field = value ?? []; } = [];
    public Elevation[] Elevations { get; init => field = value ?? []; } = [];
    public DateTimeOffset? BlockedAt { get; init; }
    public string? BlockedReason { get; init; }
    public DateTimeOffset? UnblockedAt { get; init; }

    /// <summary>When the invitation ends of a user who has no password.</summary>
    public DateTimeOffset? InvitedUntil { get; init; }

    /// <summary>Who vouches for an <c>ext_…</c>; null for everybody else.</summary>
    public string? Provider { get; init; }

    /// <summary>Of the provider's rules that gave the roles.</summary>
    public long ProviderRules { get; init; }

    /// <summary>The row of a deleted principal stays, so that nobody gets its id and with it what was once given to that id.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Of a data directory from before logins had grains of their own; read once, then wiped.</summary>
    public byte[]? BootstrapHash { get; init; }

    /// <summary>As <see cref="BootstrapHash"/>.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>One more with every change. 0 in rows from before there were versions.</summary>
    public long Version { get; init; }

    [JsonIgnore]
    public string? Info => DeletedAt is not null ? Deleted : Id.Length == 0 ? null : JsonSerializer.Serialize(View(), GrainStateJson.Default.PrincipalView);

    DateTimeOffset? IProjected.ExpiresAt => null;

    public PrincipalView View() => new()
    {
        Id = Id,
        Kind = Kind,
        DisplayName = DisplayName,
        Roles = Roles,
        CreatedAt = CreatedAt,
        Blocked = Blocked,
        ConditionalRoles = ConditionalRoles,
        Groups = Groups,
        Elevations = Elevations,
        BlockedAt = BlockedAt,
        BlockedReason = BlockedReason,
        InvitedUntil = InvitedUntil,
        Version = Version,
    };
}

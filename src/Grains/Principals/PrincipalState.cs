using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Principals;
using Platform.Grains.Storage;

namespace Platform.Grains.Principals;

public sealed record PrincipalState : IProjected
{
    /// <summary>What the index reads of a principal that was deleted.</summary>
    public const string Deleted = "deleted";

    /// <summary>Empty in rows from before there was an index.</summary>
    public string Id { get; init; } = "";
    public PrincipalKind Kind { get; init; }
    public string DisplayName { get; init; } = "";
    public string[] Roles { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
    public bool Blocked { get; init; }
    public ConditionalRole[] ConditionalRoles { get; init; } = [];
    public string[] Groups { get; init; } = [];
    public Elevation[] Elevations { get; init; } = [];
    public DateTimeOffset? BlockedAt { get; init; }
    public string? BlockedReason { get; init; }

    /// <summary>The row of a deleted principal stays, so that nobody gets its id and with it what was once given to that id.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>HMAC of the unused bootstrap secret.</summary>
    public byte[]? BootstrapHash { get; init; }
    public string? PasswordHash { get; init; }

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
    };
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Keys;
using Platform.Abstractions.RateLimits;
using Platform.Grains.Storage;

namespace Platform.Grains.Keys;

public sealed record KeyState : IProjected
{
    public string Id { get; init; } = "";
    public KeyKind Kind { get; init; }
    public string Name { get; init; } = "";
    public string Hint { get; init; } = "";

    /// <summary>HMAC-SHA256 of the whole key under the pepper.</summary>
    public byte[] Hash { get; init; } = [];
    public string Principal { get; init; } = "";
    public string[] Roles { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public RateLimitRule? RateLimit { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
    public string[]? Scopes { get; init; }
    public string[]? AllowedAddresses { get; init; }
    public string? Replaces { get; init; }
    public string? ReplacedBy { get; init; }

    [JsonIgnore]
    public string? Info => Id.Length == 0 ? null : JsonSerializer.Serialize(View(), GrainStateJson.Default.KeyView);

    // A key's row outlives the key: the audit trail names it.
    DateTimeOffset? IProjected.ExpiresAt => null;

    /// <summary>What may be shown; expiry is judged by whoever shows it.</summary>
    public KeyView View() => new()
    {
        Id = Id,
        Name = Name,
        Hint = Hint,
        Principal = Principal,
        Roles = Roles,
        Status = RevokedAt is null ? KeyStatus.Active : KeyStatus.Revoked,
        CreatedAt = CreatedAt,
        CreatedBy = CreatedBy,
        ExpiresAt = ExpiresAt,
        RevokedAt = RevokedAt,
        RateLimit = RateLimit,
        LastUsedAt = LastUsedAt,
        Scopes = Scopes,
        AllowedAddresses = AllowedAddresses,
        Replaces = Replaces,
        ReplacedBy = ReplacedBy,
    };
}

/// <summary>What a tenant demands of its keys; beside the index, which issues them.</summary>
public sealed record KeyPolicyState
{
    public int? MaxLifeDays { get; init; }
}

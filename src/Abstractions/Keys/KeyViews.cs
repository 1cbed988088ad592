using Platform.Abstractions.Idempotency;
using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Keys;

/// <summary>Whether a key may be used; the default is that it may not.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyStatus>))]
public enum KeyStatus
{
    [JsonStringEnumMemberName("revoked")] Revoked = 0,
    [JsonStringEnumMemberName("active")] Active = 1,
    [JsonStringEnumMemberName("expired")] Expired = 2,
}

/// <summary>A key without its secret, which nobody can show again.</summary>
[GenerateSerializer, Alias("key-view"), Immutable]
public sealed record KeyView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Name { get; init; }

    /// <summary>What is safe to show: prefix, id, and the last four characters.</summary>
    [Id(2)] public required string Hint { get; init; }
    [Id(3)] public required string Principal { get; init; }

    /// <summary>The roles that the principal had when the key was issued. What counts is what it has when the key is used.</summary>
    [Id(4)] public required string[] Roles { get; init; }
    [Id(5)] public required KeyStatus Status { get; init; }
    [Id(6)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(7)] public required string CreatedBy { get; init; }
    [Id(8)] public DateTimeOffset? ExpiresAt { get; init; }
    [Id(9)] public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The key's own limit; null uses the tenant's.</summary>
    [Id(10)] public RateLimitRule? RateLimit { get; init; }

    /// <summary>Exact to a minute; null when it was never used.</summary>
    [Id(11)] public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>What the key is narrowed to; null when it may do whatever its principal may.</summary>
    [Id(12)] public string[]? Scopes { get; init; }

    /// <summary>Networks the key may be used from; null for everywhere.</summary>
    [Id(13)] public string[]? AllowedAddresses { get; init; }

    /// <summary>The key that this one was made to follow.</summary>
    [Id(14)] public string? Replaces { get; init; }

    /// <summary>The key that follows this one, which ends when its overlap does.</summary>
    [Id(15)] public string? ReplacedBy { get; init; }

    /// <summary>As the prefix says it, which is a part of the secret: it cannot be another.</summary>
    public KeyKind Kind => Hint.StartsWith("mcpm_", StringComparison.Ordinal) ? KeyKind.Management : KeyKind.Mcp;

    /// <summary>The view at an instant: an active key whose time has come is expired.</summary>
    public KeyView At(DateTimeOffset now) => Status == KeyStatus.Active && ExpiresAt <= now ? this with { Status = KeyStatus.Expired } : this;
}

/// <summary>The one answer that carries the secret.</summary>
[GenerateSerializer, Alias("key-issued"), Immutable]
public sealed record KeyIssued([property: Id(0)] KeyView Key, [property: Id(1), RevealedOnce] string Secret);

/// <summary>What an API node learns about a presented key, to be kept for seconds only.</summary>
[GenerateSerializer, Alias("key-verdict"), Immutable]
public sealed record KeyVerdict
{
    [Id(0)] public required TenantId Tenant { get; init; }
    [Id(1)] public required string KeyId { get; init; }
    [Id(2)] public required string Principal { get; init; }

    /// <summary>What the principal may do, already narrowed to the key's scopes; conditions are judged for each request.</summary>
    [Id(3)] public required AccessRule[] Rules { get; init; }
    [Id(4)] public required RateLimitRule RateLimit { get; init; }
    [Id(5)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Networks the key may be used from, for the API node to compare each request with; null for everywhere.</summary>
    [Id(6)] public string[]? AllowedAddresses { get; init; }

    /// <summary>The limit is the key's own, and no default of its tenant's.</summary>
    [Id(7)] public bool HasOwnLimit { get; init; }
}

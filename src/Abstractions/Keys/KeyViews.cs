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

    /// <summary>The view at an instant: an active key whose time has come is expired.</summary>
    public KeyView At(DateTimeOffset now) => Status == KeyStatus.Active && ExpiresAt <= now ? this with { Status = KeyStatus.Expired } : this;
}

/// <summary>The one answer that carries the secret.</summary>
[GenerateSerializer, Alias("key-issued"), Immutable]
public sealed record KeyIssued([property: Id(0)] KeyView Key, [property: Id(1)] string Secret);

/// <summary>What an API node learns about a presented key, to be kept for seconds only.</summary>
[GenerateSerializer, Alias("key-verdict"), Immutable]
public sealed record KeyVerdict
{
    [Id(0)] public required TenantId Tenant { get; init; }
    [Id(1)] public required string KeyId { get; init; }
    [Id(2)] public required string Principal { get; init; }

    /// <summary>For display; <see cref="Rules"/> decide.</summary>
    [Id(3)] public required string[] Grants { get; init; }
    [Id(4)] public required RateLimitRule RateLimit { get; init; }
    [Id(5)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What its owner may do; conditions are judged for each request.</summary>
    [Id(6)] public AccessRule[] Rules { get; init; } = [];
}

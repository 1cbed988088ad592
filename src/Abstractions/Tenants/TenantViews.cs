using System.Text.Json.Serialization;
using Platform.Abstractions.RateLimits;

namespace Platform.Abstractions.Tenants;

/// <summary>Whether a tenant is served.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TenantStatus>))]
public enum TenantStatus
{
    /// <summary>Serves nobody: the refusing default.</summary>
    [JsonStringEnumMemberName("suspended")] Suspended = 0,
    [JsonStringEnumMemberName("active")] Active = 1,

    /// <summary>Serves nobody, and is purged when its grace is over unless an operator restores it.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted = 2,
}

/// <summary>Whether ordinary calls wait for their audit event to be on disk. Refusals and administration always do.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuditMode>))]
public enum AuditMode
{
    /// <summary>Each reply leaves after its event is on disk.</summary>
    [JsonStringEnumMemberName("durable")] Durable = 0,

    /// <summary>Events of accepted calls are flushed within a bounded window (50 ms).</summary>
    [JsonStringEnumMemberName("batched")] Batched = 1,
}

/// <summary>A tenant as REST and the console show it.</summary>
[GenerateSerializer, Alias("tenant-view"), Immutable]
public sealed record TenantView
{
    /// <summary>Most host names of its own that a tenant can have.</summary>
    public const int MaxHosts = 20;

    /// <summary>Most entries of the catalogue in quarantine at a time.</summary>
    public const int MaxQuarantine = 200;

    [Id(0)] public required TenantId Id { get; init; }
    [Id(1)] public required string Slug { get; init; }
    [Id(2)] public required string DisplayName { get; init; }
    [Id(3)] public required TenantStatus Status { get; init; }
    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(5)] public DateTimeOffset? SuspendedAt { get; init; }
    [Id(6)] public string? SuspendedReason { get; init; }
    [Id(7)] public required AuditMode AuditMode { get; init; }

    /// <summary>What a key of this tenant gets when it names no limit of its own.</summary>
    [Id(8)] public required RateLimitRule RateLimit { get; init; }

    /// <summary>Browser origins that may call the endpoint, exact <c>scheme://host[:port]</c>.</summary>
    [Id(9)] public required string[] AllowedOrigins { get; init; }

    /// <summary>Host names of its own, in the order in which they were added; the one under the platform's domain is not among them.</summary>
    [Id(10)] public string[] Hosts { get; init; } = [];

    /// <summary>What this tenant lowered of the platform's limits on requests; null when nothing.</summary>
    [Id(11)] public InputLimits? InputLimits { get; init; }

    /// <summary>Set while nothing of this tenant may be changed.</summary>
    [Id(12)] public Restriction? ReadOnly { get; init; }

    /// <summary>What is taken out of the catalogue.</summary>
    [Id(13)] public QuarantinedEntry[] Quarantine { get; init; } = [];

    /// <summary>Set while a resumption waits for a second operator.</summary>
    [Id(14)] public ResumeRequest? ResumeRequest { get; init; }

    /// <summary>Every credential that was issued until then is dead, whatever its own row says.</summary>
    [Id(15)] public DateTimeOffset? CredentialsRevokedAt { get; init; }

    /// <summary>Raised by every change of what is here; the entity tag over REST.</summary>
    [Id(16)] public long Version { get; init; }

    /// <summary>Set from the deletion on.</summary>
    [Id(17)] public TenantDeletion? Deletion { get; init; }

    public bool IsQuarantined(CatalogueEntryKind kind, string name) =>
        Quarantine.Length > 0 && Array.Exists(Quarantine, entry => entry.Kind == kind && string.Equals(entry.Name, name, StringComparison.Ordinal));
}

/// <summary>One row of the tenant directory.</summary>
[GenerateSerializer, Alias("tenant-entry"), Immutable]
public sealed record TenantEntry([property: Id(0)] string Slug, [property: Id(1)] TenantId Id);

/// <summary>A page of a list; the token is opaque and absent on the last page.</summary>
[GenerateSerializer, Alias("page`1"), Immutable]
public sealed record Page<T>([property: Id(0)] IReadOnlyList<T> Items, [property: Id(1)] string? NextPageToken);

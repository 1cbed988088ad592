using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Tenants;

public sealed record TenantState
{
    public string Slug { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public TenantStatus Status { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SuspendedAt { get; init; }
    public string? SuspendedReason { get; init; }
    public AuditMode AuditMode { get; init; }
    public RateLimitRule RateLimit { get; init; } = RateLimitRule.Default;
    public string[] AllowedOrigins { get; init; } = [];
    public string[] Hosts { get; init; } = [];
    public InputLimits? InputLimits { get; init; }
    public Restriction? ReadOnly { get; init; }
    public QuarantinedEntry[] Quarantine { get; init => field = value ?? []; } = [];

    /// <summary>Whether one operator is enough to resume it, as it was when it was suspended. Rows from before this was settled: no.</summary>
    public bool ResumeAlone { get; init; }
    public ResumeRequest? ResumeRequest { get; init; }
    public DateTimeOffset? CredentialsRevokedAt { get; init; }
    public long Version { get; init; }
    public TenantDeletion? Deletion { get; init; }
}

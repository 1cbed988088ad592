using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Tenants;
using Platform.Grains.Operations;
using Platform.Grains.Storage;

namespace Platform.Grains.Deletions;

public sealed record TenantPurgeState : IProjected
{
    public TenantId Tenant { get; init; }
    public string Slug { get; init; } = "";
    public OperationState State { get; init; }
    public DateTimeOffset TenantCreatedAt { get; init; }
    public DateTimeOffset DeletedAt { get; init; }
    public string DeletedBy { get; init; } = "";
    public DateTimeOffset PurgeAt { get; init; }

    /// <summary>Null when nobody asked and the grace ran out.</summary>
    public string? PurgedBy { get; init; }

    public bool ReleaseSlug { get; init; }
    public DateTimeOffset? BegunAt { get; init; }
    public OperationStep[] Done { get; init => field = value ?? []; } = [];

    /// <summary>Its step does not get done; null while all is well.</summary>
    public PurgeTrouble? Trouble { get; init; }

    public RemovedThings[] Removed { get; init => field = value ?? []; } = [];

    /// <summary>The signed end of the trail.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The signed deletion record.</summary>
    public string? Record { get; init; }

    /// <summary>Of the audit event that says it is over: the same however often the last step is done.</summary>
    public Guid EventId { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    [JsonIgnore]
    public string? Info => Tenant.IsValid ? JsonSerializer.Serialize(View([], null), GrainStateJson.Default.OperationView) : null;

    [JsonIgnore]
    public DateTimeOffset? ExpiresAt => null;

    public OperationView View(IEnumerable<string> steps, string? failing) => new()
    {
        Id = PurgePlan.OperationOf(Tenant),
        Kind = PurgePlan.Kind,
        State = State,
        Tenant = Tenant,
        Target = Slug,
        RequestedBy = DeletedBy,
        CreatedAt = DeletedAt,
        StartsAt = BegunAt ?? PurgeAt,
        FinishedAt = FinishedAt,
        Steps = Done.Of(steps),
        Failing = failing,
    };
}

/// <param name="Id">Of the record and of the message that tell of it.</param>
/// <param name="Since">The first failure of the step.</param>
/// <param name="IsTold">Whether both are out.</param>
public sealed record PurgeTrouble(Guid Id, DateTimeOffset Since, bool IsTold);

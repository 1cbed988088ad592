using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Operations;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Tenants;
using Platform.Grains.Operations;
using Platform.Grains.Storage;

namespace Platform.Grains.PersonalData;

/// <summary>Says of the person what the audit trail says, an id, and nothing else.</summary>
public sealed record ErasureState : IProjected
{
    public TenantId Tenant { get; init; }
    public string Principal { get; init; } = "";
    public OperationState State { get; init; }
    public bool KeepIssuedKeys { get; init; }
    public DateTimeOffset AskedAt { get; init; }
    public string AskedBy { get; init; } = "";
    public OperationStep[] Done { get; init => field = value ?? []; } = [];
    public RemovedThings[] Removed { get; init => field = value ?? []; } = [];

    /// <summary>The signed erasure record.</summary>
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
        Id = PersonalDataId.OfErasure(Tenant, Principal),
        Kind = ErasurePlan.Kind,
        State = State,
        Tenant = Tenant,
        Target = Principal,
        RequestedBy = AskedBy,
        CreatedAt = AskedAt,
        StartsAt = AskedAt,
        FinishedAt = FinishedAt,
        Steps = Done.Of(steps),
        Failing = failing,
    };
}

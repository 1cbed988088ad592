using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Operations;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Tenants;
using Platform.Grains.Operations;
using Platform.Grains.Storage;

namespace Platform.Grains.PersonalData;

/// <summary>What was collected of a person, and how far that is.</summary>
public sealed record ExportState : IProjected
{
    /// <summary>How long it can be downloaded. Then the row is dead, and cleaned up.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public TenantId Tenant { get; init; }
    public string Principal { get; init; } = "";
    public OperationState State { get; init; }
    public DateTimeOffset AskedAt { get; init; }
    public string AskedBy { get; init; } = "";
    public OperationStep[] Done { get; init => field = value ?? []; } = [];
    public ExportedSection[] Sections { get; init => field = value ?? []; } = [];
    public DateTimeOffset? FinishedAt { get; init; }

    [JsonIgnore]
    public string? Info => Tenant.IsValid ? JsonSerializer.Serialize(View([], null), GrainStateJson.Default.OperationView) : null;

    [JsonIgnore]
    public DateTimeOffset? ExpiresAt => FinishedAt + Life;

    [JsonIgnore]
    public bool IsRunning => Tenant.IsValid && State == OperationState.Running;

    /// <summary>Whether there is anything to be told, or had, of it.</summary>
    public bool IsThere(DateTimeOffset now) => Tenant.IsValid && !(now >= ExpiresAt);

    public static ExportState Begin(TenantId tenant, string principal, string by, DateTimeOffset now) =>
        new() { Tenant = tenant, Principal = principal, State = OperationState.Running, AskedAt = now, AskedBy = by };

    /// <summary>Each step but the last collects a section of its name; the last one says when all was collected.</summary>
    public ExportState Note(string step, IReadOnlyList<string> steps, DateTimeOffset now)
    {
        var noted = this with { Done = [.. Done, new OperationStep(step, now)] };
        return noted.Done.Next(steps) is null ? noted with { State = OperationState.Succeeded, FinishedAt = now } : noted;
    }

    public OperationView View(IEnumerable<string> steps, string? failing) => new()
    {
        Id = PersonalDataId.OfExport(Tenant, Principal),
        Kind = "principals/export-data",
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

/// <summary>What one step collected.</summary>
public sealed record ExportedSection(string Name, JsonElement Content);

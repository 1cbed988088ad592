using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Storage;

namespace Platform.Grains.Webhooks;

/// <summary>An endpoint as it is kept. Secrets are in the vault; this names them.</summary>
public sealed record WebhookState : IProjected
{
    /// <summary>Empty when nobody made it, or somebody deleted it.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    public string Url { get; init => field = value ?? ""; } = "";

    public string[] EventTypes { get; init => field = value ?? []; } = [];

    public string? Description { get; init; }

    public bool Disabled { get; init; }

    public string? DisabledReason { get; init; }

    public long Version { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public string CreatedBy { get; init => field = value ?? ""; } = "";

    /// <summary>It is told of audit events after this sequence; null when it wants none.</summary>
    public long? AuditAfter { get; init; }

    public DateTimeOffset? ChangedAt { get; init; }

    public string? ChangedBy { get; init; }

    /// <summary>How many secrets it ever had: none has the name of another.</summary>
    public int SecretsMade { get; init; }

    /// <summary>Newest first.</summary>
    public WebhookSecretName[] Secrets { get; init => field = value ?? []; } = [];

    /// <summary>Names of secrets that sign nothing any more and that the vault has not deleted yet.</summary>
    public string[] Leftovers { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public string? Info => Id.Length == 0 ? null : JsonSerializer.Serialize(Entry(), GrainStateJson.Default.WebhookEntry);

    DateTimeOffset? IProjected.ExpiresAt => null;

    public WebhookEntry Entry() => new() { Id = Id, EventTypes = EventTypes, Disabled = Disabled, CreatedAt = CreatedAt };
}

/// <summary>A secret that signs.</summary>
/// <param name="Name">In the vault.</param>
/// <param name="Until">Null for the newest.</param>
public sealed record WebhookSecretName(string Name, DateTimeOffset? Until);

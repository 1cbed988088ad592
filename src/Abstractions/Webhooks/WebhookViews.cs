using Platform.Abstractions.Idempotency;

namespace Platform.Abstractions.Webhooks;

/// <summary>An endpoint as it stands; never its secret.</summary>
[GenerateSerializer, Alias("webhook-view"), Immutable]
public sealed record WebhookView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Url { get; init; }
    [Id(2)] public required string[] EventTypes { get; init; }
    [Id(3)] public string? Description { get; init; }
    [Id(4)] public required bool Disabled { get; init; }

    /// <summary>Why the platform disabled it: <c>failing</c> or <c>gone</c>. Null when a person did, or nobody.</summary>
    [Id(5)] public string? DisabledReason { get; init; }

    /// <summary>What its ETag holds.</summary>
    [Id(6)] public required long Version { get; init; }

    [Id(7)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(8)] public required string CreatedBy { get; init; }
    [Id(9)] public DateTimeOffset? ChangedAt { get; init; }
    [Id(10)] public string? ChangedBy { get; init; }

    /// <summary>Until then messages carry a signature of the secret before, too.</summary>
    [Id(11)] public DateTimeOffset? PreviousSecretUntil { get; init; }

    /// <summary>Messages that wait for their next attempt.</summary>
    [Id(12)] public required int Waiting { get; init; }

    /// <summary>The first attempt that failed since one succeeded.</summary>
    [Id(13)] public DateTimeOffset? FailingSince { get; init; }

    [Id(14)] public DateTimeOffset? LastDeliveredAt { get; init; }

    /// <summary>Messages that made room for newer ones, since the endpoint was made.</summary>
    [Id(15)] public required long Dropped { get; init; }

    /// <summary>Every audit event up to this sequence was delivered, or is of a class that the endpoint does not want; null when it wants none.</summary>
    [Id(16)] public long? AuditSequence { get; init; }

    /// <summary>How many events the trail has after that one; null when it was not asked.</summary>
    [Id(17)] public long? AuditBehind { get; init; }
}

/// <summary>The one answer that carries a secret.</summary>
/// <param name="Webhook">Whose secret it is.</param>
/// <param name="Secret">Of Standard Webhooks: <c>whsec_</c> and Base64.</param>
[GenerateSerializer, Alias("webhook-secret"), Immutable]
public sealed record WebhookSecret([property: Id(0)] WebhookView Webhook, [property: Id(1), RevealedOnce] string Secret)
{
    /// <summary>Without the secret: records are printed by whoever logs one.</summary>
    public override string ToString() => $"{nameof(WebhookSecret)} {Webhook.Id}";
}

/// <summary>What an index knows of an endpoint.</summary>
[GenerateSerializer, Alias("webhook-entry"), Immutable]
public sealed record WebhookEntry
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string[] EventTypes { get; init; }
    [Id(2)] public required bool Disabled { get; init; }
    [Id(3)] public required DateTimeOffset CreatedAt { get; init; }
}

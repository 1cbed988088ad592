using System.Text.Json.Serialization;

namespace Platform.Abstractions.Webhooks;

/// <summary>How a message stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WebhookDeliveryState>))]
public enum WebhookDeliveryState
{
    /// <summary>No attempt is left.</summary>
    [JsonStringEnumMemberName("failed")] Failed = 0,

    /// <summary>An attempt is still to come.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting = 1,

    /// <summary>The receiver answered with a status from 200 to 299.</summary>
    [JsonStringEnumMemberName("delivered")] Delivered = 2,

    /// <summary>Too many messages waited; it made room for a newer one.</summary>
    [JsonStringEnumMemberName("dropped")] Dropped = 3,
}

/// <summary>One message to one endpoint. What was sent and what was answered is not in it.</summary>
[GenerateSerializer, Alias("webhook-delivery"), Immutable]
public sealed record WebhookDelivery
{
    /// <summary>Counts up in its endpoint.</summary>
    [Id(0)] public required long Number { get; init; }

    /// <summary>The header <c>webhook-id</c>, the same for every attempt.</summary>
    [Id(1)] public required string Id { get; init; }

    [Id(2)] public required string Type { get; init; }

    /// <summary>When it was taken.</summary>
    [Id(3)] public required DateTimeOffset At { get; init; }

    [Id(4)] public required WebhookDeliveryState State { get; init; }

    /// <summary>While it waits.</summary>
    [Id(5)] public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Oldest first; the latest twenty.</summary>
    [Id(6)] public required WebhookAttempt[] Attempts { get; init; }

    /// <summary>False once its content was let go.</summary>
    [Id(7)] public required bool CanRedeliver { get; init; }

    /// <summary>Of a part of the audit trail: its first sequence.</summary>
    [Id(8)] public long? FromSequence { get; init; }

    /// <summary>And its last.</summary>
    [Id(9)] public long? ToSequence { get; init; }
}

/// <summary>One try to hand a message over.</summary>
[GenerateSerializer, Alias("webhook-attempt"), Immutable]
public sealed record WebhookAttempt
{
    [Id(0)] public required DateTimeOffset At { get; init; }

    /// <summary>Of the answer; null when there was none.</summary>
    [Id(1)] public int? Status { get; init; }

    [Id(2)] public required int DurationMs { get; init; }

    /// <summary><c>unreachable</c>, <c>tls</c>, <c>timeout</c>, <c>vault</c> or <c>trail</c>; null when there was an answer. Where a name leads and why it was refused is not told.</summary>
    [Id(3)] public string? Error { get; init; }
}

using Platform.Abstractions.Webhooks;

namespace Platform.Grains.Webhooks;

/// <summary>What waits for an endpoint, what became of the latest messages, and how the endpoint does.</summary>
public sealed record WebhookOutboxState
{
    /// <summary>How many messages there ever were.</summary>
    public long Numbers { get; init; }

    /// <summary>Oldest first.</summary>
    public WebhookMessage[] Waiting { get; init => field = value ?? []; } = [];

    /// <summary>Delivered, given up or dropped; in the order in which that happened.</summary>
    public WebhookMessage[] Log { get; init => field = value ?? []; } = [];

    /// <summary>The receiver asked for quiet until then.</summary>
    public DateTimeOffset? HoldUntil { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset? LastDeliveredAt { get; init; }

    public long Dropped { get; init; }

    /// <summary>How far the audit trail was looked at; null for an endpoint that wants none of it.</summary>
    public WebhookPlace? Audit { get; init; }

    /// <summary>The platform gave the endpoint up, and not everybody knows yet.</summary>
    public WebhookGivenUp? GivenUp { get; init; }
}

/// <summary>A message as it is kept.</summary>
public sealed record WebhookMessage
{
    public required long Number { get; init; }
    public required string Id { get; init; }
    public required string Type { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Null once it was let go, and for a part of the trail.</summary>
    public string? Body { get; init; }

    /// <summary>A part of the trail has no copy here: it is read again for each attempt.</summary>
    public WebhookPart? Part { get; init; }

    public required WebhookDeliveryState State { get; init; }
    public DateTimeOffset NextAt { get; init; }

    /// <summary>Attempts since it was taken, or since somebody asked for it again.</summary>
    public int Tries { get; init; }

    public WebhookAttempt[] Attempts { get; init => field = value ?? []; } = [];

    public WebhookDelivery View() => new()
    {
        Number = Number,
        Id = Id,
        Type = Type,
        At = At,
        State = State,
        NextAttemptAt = State == WebhookDeliveryState.Waiting ? NextAt : null,
        Attempts = Attempts,
        CanRedeliver = (Body is not null || Part is not null) && State != WebhookDeliveryState.Waiting,
        FromSequence = Part?.From,
        ToSequence = Part?.To,
    };
}

/// <param name="Start">Where the endpoint began to want audit events: <see cref="WebhookState.AuditAfter"/>.</param>
/// <param name="Last">The last sequence that was looked at; what is wanted of it waits or was delivered.</param>
/// <param name="Hash">Of that event, when it was seen: a trail that has another one there is another trail.</param>
public sealed record WebhookPlace(long Start, long Last, string? Hash);

/// <param name="From">The first sequence.</param>
/// <param name="To">The last one.</param>
/// <param name="Classes">Those of its events that are sent; kept with it, so that a message is the same at every attempt.</param>
public sealed record WebhookPart(long From, long To, string[] Classes)
{
    /// <summary>Somebody asked for it again: the trail does not wait for it.</summary>
    public bool IsRepeat { get; init; }
}

/// <param name="Id">Of the record and of the event.</param>
/// <param name="At">When.</param>
/// <param name="Reason"><c>failing</c> or <c>gone</c>.</param>
public sealed record WebhookGivenUp(Guid Id, DateTimeOffset At, string Reason);

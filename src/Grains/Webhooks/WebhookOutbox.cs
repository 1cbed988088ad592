using System.Text;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Webhooks;

namespace Platform.Grains.Webhooks;

/// <summary>What a queue becomes by a message or an attempt. Changes nothing in place.</summary>
internal static class WebhookOutbox
{
    /// <summary>Reasons of <see cref="WebhookGivenUp"/>.</summary>
    public const string Failing = "failing";
    public const string Gone = "gone";

    /// <summary>An endpoint whose every attempt failed for so long is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    private const int MostAttempts = 20;

    public static string IdOf(Guid message) => $"msg_{message:N}";

    /// <summary>The message waits. One that is known already changes nothing; when there is no room, the oldest makes some.</summary>
    public static WebhookOutboxState Add(WebhookOutboxState box, WebhookEvent message, DateTimeOffset now)
    {
        var id = IdOf(message.Id);
        if (Find(box, id) is not null)
        {
            return box;
        }

        var added = new WebhookMessage { Number = box.Numbers + 1, Id = id, Type = message.Type, At = now, Body = message.Body, State = WebhookDeliveryState.Waiting, NextAt = now };
        box = box with { Numbers = added.Number, Waiting = [.. box.Waiting, added] };
        while (box.Waiting.Length > WebhookRules.MaxWaiting || Bytes(box.Waiting) > WebhookRules.MaxWaitingBytes)
        {
            var oldest = box.Waiting.First(waiting => !WebhookTrail.IsNext(box, waiting));
            box = Finished(box, oldest with { State = WebhookDeliveryState.Dropped }) with { Dropped = box.Dropped + 1 };
        }

        return box;
    }

    /// <summary>What to try now: of what is due, the one that waited longest for it. Null when there is nothing yet.</summary>
    public static WebhookMessage? Due(WebhookOutboxState box, DateTimeOffset now) =>
        box.HoldUntil > now ? null : box.Waiting.Where(message => message.NextAt <= now).MinBy(message => (message.NextAt, message.Number));

    /// <summary>When something is due; null when nothing waits.</summary>
    public static DateTimeOffset? NextAt(WebhookOutboxState box) =>
        box.Waiting.Length == 0 ? null
        : box.Waiting.Min(message => message.NextAt) is var next && box.HoldUntil > next ? box.HoldUntil
        : next;

    /// <summary>An attempt at a waiting message is over.</summary>
    /// <param name="box">As it is.</param>
    /// <param name="id">A message that made room or was deleted meanwhile changes nothing.</param>
    /// <param name="attempt">How it went.</param>
    /// <param name="retryAfter">What the receiver asked for.</param>
    /// <param name="now">After the attempt.</param>
    /// <param name="chance">See <see cref="RetrySchedule.After"/>.</param>
    public static WebhookOutboxState Attempted(WebhookOutboxState box, string id, WebhookAttempt attempt, TimeSpan? retryAfter, DateTimeOffset now, double chance)
    {
        if (Array.Find(box.Waiting, waiting => Is(waiting.Id, id)) is not { } message)
        {
            return box;
        }

        message = message with { Tries = message.Tries + 1, Attempts = [.. message.Attempts.TakeLast(MostAttempts - 1), attempt] };
        if (IsDelivered(attempt))
        {
            return Finished(box, message with { State = WebhookDeliveryState.Delivered }) with { FailingSince = null, LastDeliveredAt = now, HoldUntil = null };
        }

        // Standard Webhooks, "Delivery success and failure": 429, 502 and 504 throttle the endpoint, not this message alone.
        var next = WebhookTrail.IsNext(box, message) ? WebhookTrail.RetryAfter(message.Tries, retryAfter, chance) : RetrySchedule.After(message.Tries, retryAfter, chance);
        if (attempt.Status is 429 or 502 or 503 or 504)
        {
            box = box with { HoldUntil = now + (RetrySchedule.Bounded(retryAfter) ?? next ?? RetrySchedule.Longest) };
        }

        // A vault of ours that does not answer is no fault of the receiver's.
        box = WebhookErrors.IsOurs(attempt.Error) ? box : box with { FailingSince = box.FailingSince ?? attempt.At };
        return next is null
            ? Finished(box, message with { State = WebhookDeliveryState.Failed })
            : box with { Waiting = Array.ConvertAll(box.Waiting, waiting => Is(waiting.Id, id) ? message with { NextAt = now + next.Value } : waiting) };
    }

    /// <summary>Why the endpoint is to be given up after an attempt; null when it is not.</summary>
    public static string? Reason(WebhookOutboxState box, WebhookAttempt attempt, DateTimeOffset now) =>
        attempt.Status == 410 ? Gone
        : !IsDelivered(attempt) && box.FailingSince is { } since && now - since >= Patience ? Failing
        : null;

    /// <summary>A test that was sent without waiting is in the log, too.</summary>
    public static WebhookOutboxState Tested(WebhookOutboxState box, WebhookMessage message, WebhookAttempt attempt, DateTimeOffset now)
    {
        var delivered = IsDelivered(attempt);
        var tested = message with { Number = box.Numbers + 1, Body = null, State = delivered ? WebhookDeliveryState.Delivered : WebhookDeliveryState.Failed, Attempts = [attempt] };
        box = Logged(box with { Numbers = tested.Number }, tested);
        return delivered ? box with { FailingSince = null, LastDeliveredAt = now, HoldUntil = null } : box;
    }

    /// <summary>A finished message waits anew.</summary>
    public static Result<WebhookOutboxState> Redeliver(WebhookOutboxState box, string id, DateTimeOffset now)
    {
        if (Find(box, id) is not { } message)
        {
            return Problem.NotFound("delivery");
        }

        return message.State == WebhookDeliveryState.Waiting ? Problem.Conflict("It waits for its next attempt already.")
            : message is { Body: null, Part: null } ? Problem.Conflict("Its content is no longer kept.")
            : box.Waiting.Length >= WebhookRules.MaxWaiting || Bytes(box.Waiting) + Bytes([message]) > WebhookRules.MaxWaitingBytes ? Problem.QuotaExceeded("Too many messages wait for this endpoint.")
            : box with
            {
                Log = [.. box.Log.Where(known => !Is(known.Id, id))],
                Waiting = [.. box.Waiting, message with { State = WebhookDeliveryState.Waiting, NextAt = now, Tries = 0, Part = message.Part is { } part ? part with { IsRepeat = true } : null }],
            };
    }

    /// <summary>All that waits is due, whatever the receiver asked for: somebody says that it is well again.</summary>
    public static WebhookOutboxState Anew(WebhookOutboxState box, DateTimeOffset now) =>
        box with { HoldUntil = null, FailingSince = null, Waiting = Array.ConvertAll(box.Waiting, message => message with { NextAt = now }) };

    public static WebhookMessage? Find(WebhookOutboxState box, string id) => Array.Find(box.Waiting, message => Is(message.Id, id)) ?? Array.Find(box.Log, message => Is(message.Id, id));

    private static WebhookOutboxState Finished(WebhookOutboxState box, WebhookMessage message) =>
        Logged(box with { Waiting = [.. box.Waiting.Where(waiting => !Is(waiting.Id, message.Id))] }, message);

    private static WebhookOutboxState Logged(WebhookOutboxState box, WebhookMessage message)
    {
        var oldest = message.Part is not null && box.Log.Count(known => known.Part is not null) >= WebhookRules.MaxAuditLog ? Array.Find(box.Log, known => known.Part is not null) : null;
        WebhookMessage[] log = [.. box.Log.Where(known => !ReferenceEquals(known, oldest)).TakeLast(WebhookRules.MaxLog - 1), message];

        // The content of the oldest is let go first; that they were sent stays known.
        var room = WebhookRules.MaxLogBytes;
        for (var i = log.Length - 1; i >= 0; i--)
        {
            room -= Bytes([log[i]]);
            log[i] = room < 0 ? log[i] with { Body = null } : log[i];
        }

        return box with { Log = log };
    }

    private static bool IsDelivered(WebhookAttempt attempt) => attempt.Status is >= 200 and <= 299;

    private static int Bytes(IEnumerable<WebhookMessage> messages) => messages.Sum(message => message.Body is null ? 0 : Encoding.UTF8.GetByteCount(message.Body));

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);
}

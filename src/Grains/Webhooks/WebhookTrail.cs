using Platform.Abstractions.Webhooks;

namespace Platform.Grains.Webhooks;

/// <summary>
/// How an endpoint follows the audit trail: one part of it waits at a time, and the next is read when that one was delivered. A receiver that is away costs one row, and loses nothing that the
/// trail keeps. Changes nothing in place.
/// </summary>
internal static class WebhookTrail
{
    /// <summary>A part is not given up while the endpoint is not; it is tried at least this often.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The place of an endpoint that follows from a sequence on, for these classes. Called whenever either may have changed; a change that was cut short is made up for.</summary>
    /// <param name="box">As it is.</param>
    /// <param name="start">Null: it wants none.</param>
    /// <param name="classes">In the order of <see cref="WebhookEventTypes.All"/>.</param>
    public static WebhookOutboxState Aim(WebhookOutboxState box, long? start, string[] classes)
    {
        if (start is not { } from)
        {
            return box.Audit is null ? box : Forget(box) with { Audit = null };
        }

        if (box.Audit?.Start != from)
        {
            return Forget(box) with { Audit = new WebhookPlace(from, from, null) };
        }

        // What was read for other classes is read again for these.
        return Next(box)?.Part is not { } part || part.Classes.SequenceEqual(classes, StringComparer.Ordinal) ? box
            : box with { Waiting = [.. box.Waiting.Where(waiting => !IsNext(box, waiting))], Audit = box.Audit with { Last = part.From - 1, Hash = null } };
    }

    /// <summary>The trail was read on; what is wanted of it waits.</summary>
    /// <param name="box">Of an endpoint that follows, with no part waiting.</param>
    /// <param name="id">Of the message.</param>
    /// <param name="reading">What was read.</param>
    /// <param name="classes">That it was read for.</param>
    /// <param name="now">When.</param>
    public static WebhookOutboxState Read(WebhookOutboxState box, Guid id, WebhookReading reading, string[] classes, DateTimeOffset now)
    {
        var before = box.Audit!;
        box = box with { Audit = before with { Last = reading.Last, Hash = reading.Hash } };
        if (!reading.IsWanted)
        {
            return box;
        }

        var message = new WebhookMessage
        {
            Number = box.Numbers + 1,
            Id = WebhookOutbox.IdOf(id),
            Type = WebhookEventTypes.AuditEvents,
            At = now,
            Part = new WebhookPart(before.Last + 1, reading.Last, classes),
            State = WebhookDeliveryState.Waiting,
            NextAt = now,
        };
        return box with { Numbers = message.Number, Waiting = [.. box.Waiting, message] };
    }

    /// <summary>The part that waits; null when none does.</summary>
    public static WebhookMessage? Next(WebhookOutboxState box) => Array.Find(box.Waiting, waiting => IsNext(box, waiting));

    public static bool IsNext(WebhookOutboxState box, WebhookMessage message) => box.Audit is { } place && message.Part is { IsRepeat: false } part && part.To == place.Last;

    /// <summary>The last sequence that is done with; null for an endpoint that wants none.</summary>
    public static long? Done(WebhookOutboxState box) => Next(box)?.Part?.From - 1 ?? box.Audit?.Last;

    public static TimeSpan RetryAfter(int failed, TimeSpan? retryAfter, double chance)
    {
        var asked = RetrySchedule.Bounded(retryAfter) ?? TimeSpan.Zero;
        var own = RetrySchedule.After(failed, null, chance) is { } delay && delay < Longest ? delay : Longest;
        return asked > own ? asked : own;
    }

    /// <summary>Who wants no audit events has none sent again either: by now the URL may be somebody's who must not see them.</summary>
    private static WebhookOutboxState Forget(WebhookOutboxState box) => box with
    {
        Waiting = [.. box.Waiting.Where(waiting => waiting.Part is null)],
        Log = Array.ConvertAll(box.Log, known => known with { Part = null }),
    };
}

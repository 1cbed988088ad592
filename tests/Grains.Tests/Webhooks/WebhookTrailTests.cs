using Platform.Abstractions.Problems;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Webhooks;

namespace Platform.Grains.Tests.Webhooks;

[Trait("Control", "AL-1"), Trait("Control", "AL-6")]
public sealed class WebhookTrailTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Tools = ["toolExecution"];

    [Fact]
    public void A_part_waits_once_and_the_place_moves_when_it_was_delivered()
    {
        var box = Waiting(from: 10, to: 15);

        Assert.Equal((9L, new WebhookPart(10, 15, Tools).To), (WebhookTrail.Done(box), WebhookTrail.Next(box)!.Part!.To));
        Assert.Null(WebhookTrail.Next(box)!.Body);
        box = Attempted(box, 200);
        Assert.Equal((15L, null), (WebhookTrail.Done(box), WebhookTrail.Next(box)));
        Assert.Equal((10L, 15L, true), (box.Log[0].View().FromSequence, box.Log[0].View().ToSequence, box.Log[0].View().CanRedeliver));
    }

    [Fact]
    public void What_nobody_wants_only_moves_the_place()
    {
        var box = WebhookTrail.Read(Aimed(9), Guid.NewGuid(), new WebhookReading(700, "ab", IsWanted: false), Tools, Start);

        Assert.Equal((700L, 0, "ab"), (WebhookTrail.Done(box), box.Waiting.Length, box.Audit!.Hash));
    }

    [Fact]
    public void A_part_is_tried_for_as_long_as_the_endpoint_is_and_at_least_every_hour()
    {
        var box = Waiting(1, 5);
        var now = Start;
        for (var i = 0; i < 60; i++)
        {
            var before = now;
            now = WebhookOutbox.NextAt(box)!.Value;
            Assert.True(now - before <= TimeSpan.FromHours(1));
            box = Attempted(box, 500, now);
        }

        Assert.Equal((0L, 1, "failing"), (WebhookTrail.Done(box), box.Waiting.Length, WebhookOutbox.Reason(box, box.Waiting[0].Attempts[^1], Start.AddDays(5))));
    }

    [Fact]
    public void A_receiver_may_ask_for_more_patience_than_an_hour() =>
        Assert.Equal(Start.AddHours(5), Attempted(Waiting(1, 5), 500, Start, TimeSpan.FromHours(5)).Waiting[0].NextAt);

    [Fact]
    public void A_flood_of_alerts_makes_no_part_of_the_trail_give_way()
    {
        var box = Waiting(1, 5);
        for (var i = 0; i < WebhookRules.MaxWaiting + 10; i++)
        {
            box = WebhookOutbox.Add(box, new WebhookEvent(Guid.NewGuid(), WebhookEventTypes.AlertFired, WebhookEventTypes.AlertFired, "{}"), Start);
        }

        Assert.Equal((WebhookRules.MaxWaiting, 11L, 5L), (box.Waiting.Length, box.Dropped, WebhookTrail.Next(box)!.Part!.To));
    }

    [Fact]
    public void The_log_keeps_fewer_parts_than_messages_so_that_alerts_stay_in_it()
    {
        var box = Attempted(WebhookOutbox.Add(Aimed(0), new WebhookEvent(Guid.NewGuid(), WebhookEventTypes.AlertFired, WebhookEventTypes.AlertFired, "{}"), Start), 200);
        for (var i = 1; i <= 300; i++)
        {
            box = Attempted(WebhookTrail.Read(box, Guid.NewGuid(), new WebhookReading(i, null, IsWanted: true), Tools, Start), 200);
        }

        Assert.Equal((WebhookRules.MaxAuditLog + 1, 1L, 300L), (box.Log.Length, box.Log[0].Number, box.Log[^1].Part!.To));
    }

    [Fact]
    public void A_part_that_is_sent_again_holds_nothing_up()
    {
        var box = Attempted(Waiting(1, 5), 200);
        Assert.True(WebhookOutbox.Redeliver(box, box.Log[0].Id, Start).Try(out var again, out _));

        Assert.Equal((null, 5L, 1), (WebhookTrail.Next(again), WebhookTrail.Done(again), again.Waiting.Length));
    }

    [Fact]
    public void Who_wants_none_any_more_has_none_waiting_and_none_to_be_sent_again()
    {
        var box = WebhookTrail.Read(Attempted(Waiting(1, 5), 200), Guid.NewGuid(), new WebhookReading(8, null, IsWanted: true), Tools, Start);
        var delivered = box.Log[0].Id;
        box = WebhookTrail.Aim(box, null, []);

        Assert.Equal((0, null, null), (box.Waiting.Length, WebhookTrail.Done(box), box.Audit));
        Assert.Equal(ProblemCode.Conflict, WebhookOutbox.Redeliver(box, delivered, Start).Problem?.Code);
    }

    [Fact]
    public void Other_classes_are_told_from_the_part_on_that_was_not_delivered()
    {
        var box = WebhookTrail.Aim(Waiting(3, 5), 2, ["administration"]);
        Assert.Equal((0, 2L), (box.Waiting.Length, WebhookTrail.Done(box)));

        var delivered = Attempted(Waiting(3, 5), 200);
        Assert.Same(delivered, WebhookTrail.Aim(delivered, 2, ["administration"]));
    }

    [Fact]
    public void Who_begins_anew_begins_at_the_new_place() =>
        Assert.Equal(900L, WebhookTrail.Done(WebhookTrail.Aim(WebhookTrail.Aim(Waiting(3, 5), null, []), 900, Tools)));

    private static WebhookOutboxState Aimed(long after) => WebhookTrail.Aim(new WebhookOutboxState(), after, Tools);

    private static WebhookOutboxState Waiting(long from, long to) => WebhookTrail.Read(Aimed(from - 1), Guid.NewGuid(), new WebhookReading(to, null, IsWanted: true), Tools, Start);

    private static WebhookOutboxState Attempted(WebhookOutboxState box, int status, DateTimeOffset? at = null, TimeSpan? retryAfter = null) =>
        WebhookOutbox.Attempted(box, WebhookOutbox.Due(box, at ?? Start)!.Id, new WebhookAttempt { At = at ?? Start, Status = status, DurationMs = 1 }, retryAfter, at ?? Start, 0.5);
}

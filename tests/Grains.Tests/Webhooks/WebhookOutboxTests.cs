using Platform.Abstractions.Problems;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Webhooks;

namespace Platform.Grains.Tests.Webhooks;

[Trait("Control", "AL-6")]
public sealed class WebhookOutboxTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_message_is_due_at_once_and_taken_once()
    {
        var message = Event();
        var box = WebhookOutbox.Add(new WebhookOutboxState(), message, Start);

        Assert.Equal(WebhookOutbox.IdOf(message.Id), WebhookOutbox.Due(box, Start)!.Id);
        Assert.Same(box, WebhookOutbox.Add(box, message, Start.AddDays(1)));
        var delivered = Attempted(box, 200, Start);
        Assert.Same(delivered, WebhookOutbox.Add(delivered, message, Start));
    }

    [Fact]
    public void The_oldest_is_tried_first_and_a_failed_one_lets_the_others_pass()
    {
        var box = Filled(3);
        Assert.Equal(1, WebhookOutbox.Due(box, Start)!.Number);

        box = Attempted(box, 500, Start);
        Assert.Equal((2, Start), (WebhookOutbox.Due(box, Start)!.Number, WebhookOutbox.NextAt(box)));
        box = Attempted(Attempted(box, 200, Start), 200, Start);
        Assert.Equal((null, Start.AddSeconds(5)), (WebhookOutbox.Due(box, Start), WebhookOutbox.NextAt(box)));
        Assert.Equal(1, WebhookOutbox.Due(box, Start.AddSeconds(5))!.Number);
    }

    [Fact]
    public void A_message_is_given_up_after_ten_attempts_over_three_days_and_stays_in_the_log()
    {
        var box = Filled(1);
        var now = Start;
        for (var i = 0; i < 10; i++)
        {
            now = WebhookOutbox.NextAt(box)!.Value;
            box = Attempted(box, 500, now);
        }

        Assert.Equal((0, 272_105), (box.Waiting.Length, (int)(now - Start).TotalSeconds));
        Assert.Equal((WebhookDeliveryState.Failed, 10), (Assert.Single(box.Log).State, box.Log[0].Attempts.Length));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void A_receiver_that_has_too_much_to_do_gets_nothing_until_the_time_it_named(int status)
    {
        var box = Attempted(Filled(3), status, Start, TimeSpan.FromMinutes(2));

        Assert.Null(WebhookOutbox.Due(box, Start.AddSeconds(119)));
        Assert.Equal(Start.AddMinutes(2), WebhookOutbox.NextAt(box));
        Assert.NotNull(WebhookOutbox.Due(box, Start.AddMinutes(2)));
    }

    [Fact]
    public void Another_failure_holds_nothing_else_back() => Assert.NotNull(WebhookOutbox.Due(Attempted(Filled(2), 500, Start, TimeSpan.FromHours(1)), Start));

    [Fact]
    public void The_oldest_makes_room_and_that_is_counted_and_named()
    {
        var box = Filled(WebhookRules.MaxWaiting + 7);

        Assert.Equal((WebhookRules.MaxWaiting, 7L, 8L), (box.Waiting.Length, box.Dropped, box.Waiting[0].Number));
        Assert.Equal(7, box.Log.Count(message => message.State == WebhookDeliveryState.Dropped));
    }

    [Fact]
    public void Large_messages_are_bounded_by_their_bytes()
    {
        var box = new WebhookOutboxState();
        for (var i = 0; i < 100; i++)
        {
            box = WebhookOutbox.Add(box, Event(new string('x', WebhookRules.MaxBody)), Start);
        }

        Assert.Equal((WebhookRules.MaxWaitingBytes / WebhookRules.MaxBody, WebhookRules.MaxLogBytes / WebhookRules.MaxBody), (box.Waiting.Length, box.Log.Count(message => message.Body is not null)));
    }

    [Fact]
    public void The_log_is_bounded()
    {
        var box = new WebhookOutboxState();
        for (var i = 0; i < 1_000; i++)
        {
            box = Attempted(WebhookOutbox.Add(box, Event(), Start), 200, Start);
        }

        Assert.Equal((WebhookRules.MaxLog, 1_000L), (box.Log.Length, box.Log[^1].Number));
    }

    [Fact]
    public void An_endpoint_is_given_up_after_five_days_of_nothing_but_failures()
    {
        var box = Attempted(Filled(2), 500, Start);
        Assert.Null(WebhookOutbox.Reason(box, Failure(500), Start.AddDays(5).AddSeconds(-1)));
        Assert.Equal("failing", WebhookOutbox.Reason(box, Failure(500), Start.AddDays(5)));
        Assert.Equal("failing", WebhookOutbox.Reason(box, new WebhookAttempt { At = Start, DurationMs = 1, Error = WebhookErrors.Timeout }, Start.AddDays(5)));

        box = Attempted(box, 200, Start.AddDays(1));
        Assert.Null(WebhookOutbox.Reason(Attempted(WebhookOutbox.Add(box, Event(), Start), 500, Start.AddDays(5)), Failure(500), Start.AddDays(5)));
    }

    [Fact]
    public void A_receiver_that_is_gone_is_given_up_at_once() => Assert.Equal("gone", WebhookOutbox.Reason(Filled(1), Failure(410), Start));

    [Fact]
    public void A_vault_that_is_away_is_not_held_against_the_receiver()
    {
        var box = WebhookOutbox.Attempted(Filled(1), Filled(1).Waiting[0].Id, new WebhookAttempt { At = Start, DurationMs = 0, Error = WebhookErrors.Vault }, null, Start, 0.5);

        Assert.Null(box.FailingSince);
        Assert.Single(box.Waiting);
    }

    [Fact]
    public void What_was_given_up_or_delivered_can_be_sent_again_under_its_id()
    {
        var box = Attempted(Filled(1), 200, Start);
        var id = box.Log[0].Id;

        Assert.True(WebhookOutbox.Redeliver(box, id, Start.AddHours(1)).Try(out var again, out _));
        Assert.Equal((id, 1, 0), (WebhookOutbox.Due(again, Start.AddHours(1))!.Id, again.Waiting[0].Attempts.Length, again.Log.Length));
        Assert.Equal(ProblemCode.Conflict, WebhookOutbox.Redeliver(again, id, Start).Problem?.Code);
        Assert.Equal(ProblemCode.NotFound, WebhookOutbox.Redeliver(again, "msg_no", Start).Problem?.Code);
    }

    private static WebhookOutboxState Filled(int count)
    {
        var box = new WebhookOutboxState();
        for (var i = 1; i <= count; i++)
        {
            box = WebhookOutbox.Add(box, Event(id: new Guid(i, 0, 0, new byte[8])), Start);
        }

        return box;
    }

    private static WebhookEvent Event(string body = "{}", Guid? id = null) => new(id ?? Guid.NewGuid(), WebhookEventTypes.AlertFired, WebhookEventTypes.AlertFired, body);

    /// <summary>What is due is tried.</summary>
    private static WebhookOutboxState Attempted(WebhookOutboxState box, int status, DateTimeOffset at, TimeSpan? retryAfter = null) =>
        WebhookOutbox.Attempted(box, WebhookOutbox.Due(box, at)!.Id, new WebhookAttempt { At = at, Status = status, DurationMs = 1 }, retryAfter, at, 0.5);

    private static WebhookAttempt Failure(int status) => new() { At = Start, Status = status, DurationMs = 1 };
}

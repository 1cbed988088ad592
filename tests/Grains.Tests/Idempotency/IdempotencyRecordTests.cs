using Platform.Abstractions.Idempotency;
using Platform.Abstractions.Tenants;
using Platform.Grains.Idempotency;

namespace Platform.Grains.Tests.Idempotency;

public sealed class IdempotencyRecordTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TenantId Trail = TenantId.New();
    private static readonly KeptAnswer Answer = new(201, "/there", "{}", Trail, "key");

    [Fact]
    public void A_free_key_begins() => Assert.Equal(IdempotencyState.Begun, new IdempotencyRecord().Ask("a", Start).State);

    [Theory]
    [InlineData("a", IdempotencyState.UnderWay)]
    [InlineData("b", IdempotencyState.Different)]
    public void A_key_that_is_under_way_is_taken(string fingerprint, IdempotencyState expected) =>
        Assert.Equal(expected, IdempotencyRecord.Begin("a", Start).Ask(fingerprint, Start.AddSeconds(59.999)).State);

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void A_request_that_nobody_heard_of_for_a_minute_loses_its_key(string fingerprint) =>
        Assert.Equal(IdempotencyState.Begun, IdempotencyRecord.Begin("a", Start).Ask(fingerprint, Start.AddSeconds(60)).State);

    [Theory]
    [InlineData("a", -1, IdempotencyState.Answered)]
    [InlineData("a", 0, IdempotencyState.Begun)]
    [InlineData("b", -1, IdempotencyState.Different)]
    public void An_answer_is_kept_for_24_hours(string fingerprint, int milliseconds, IdempotencyState expected)
    {
        var verdict = IdempotencyRecord.Begin("a", Start).Complete(Answer, Start).Ask(fingerprint, Start.AddHours(24).AddMilliseconds(milliseconds));

        Assert.Equal((expected, expected == IdempotencyState.Answered ? Answer : null), (verdict.State, verdict.Answer));
    }

    [Fact]
    public void Who_lost_the_key_cannot_answer_for_who_has_it()
    {
        Assert.True(IdempotencyRecord.Begin("a", Start).IsOf("a"));
        Assert.False(IdempotencyRecord.Begin("b", Start).IsOf("a"));
        Assert.False(IdempotencyRecord.Begin("a", Start).Complete(Answer, Start).IsOf("a"));
    }
}

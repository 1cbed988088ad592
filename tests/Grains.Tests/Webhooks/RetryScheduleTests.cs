using Platform.Grains.Webhooks;

namespace Platform.Grains.Tests.Webhooks;

[Trait("Control", "AL-6")]
public sealed class RetryScheduleTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 300)]
    [InlineData(3, 1_800)]
    [InlineData(4, 7_200)]
    [InlineData(5, 18_000)]
    [InlineData(6, 36_000)]
    [InlineData(7, 50_400)]
    [InlineData(8, 72_000)]
    [InlineData(9, 86_400)]
    public void Delays_are_those_of_Standard_Webhooks(int failed, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetrySchedule.After(failed, null, chance: 0.5));

    [Fact]
    public void There_are_ten_attempts()
    {
        Assert.Equal(10, RetrySchedule.Attempts);
        Assert.NotNull(RetrySchedule.After(9, null, 0.5));
        Assert.Null(RetrySchedule.After(10, null, 0.5));
        Assert.Null(RetrySchedule.After(10, TimeSpan.FromMinutes(1), 0.5));
    }

    [Fact]
    public void Chance_spreads_over_a_tenth_to_each_side()
    {
        Assert.Equal(TimeSpan.FromSeconds(270), RetrySchedule.After(2, null, 0));
        Assert.Equal(TimeSpan.FromSeconds(330), RetrySchedule.After(2, null, 1));
    }

    [Theory]
    [InlineData(60, 300)]
    [InlineData(3_600, 3_600)]
    [InlineData(-5, 300)]
    [InlineData(864_000, 86_400)]
    public void A_receiver_is_not_asked_sooner_than_it_wants_and_not_later_than_in_a_day(int asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetrySchedule.After(2, TimeSpan.FromSeconds(asked), 0.5));
}

using Platform.Abstractions.RateLimits;

namespace Platform.Grains.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class RateLimitRuleTests
{
    [Fact]
    public void The_default_is_the_guides_100_a_minute() => Assert.Equal(new RateLimitRule(100, 100), RateLimitRule.Default);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(100, 100, 1)]
    [InlineData(6_000, 1_000, 25)]
    [InlineData(100_000_000, 80, 10)]
    [InlineData(100_000_000, 7, 1)]
    public void A_lease_is_a_quarter_second_of_permits_and_at_most_an_eighth_of_the_burst(int perMinute, int burst, int chunk) =>
        Assert.Equal(chunk, new RateLimitRule(perMinute, burst).LeaseChunk);
}

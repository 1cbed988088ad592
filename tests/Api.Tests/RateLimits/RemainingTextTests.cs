using Platform.Api.RateLimits;

namespace Platform.Api.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class RemainingTextTests
{
    private readonly RemainingText _text = new("key");

    [Theory]
    [InlineData(int.MinValue, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    [InlineData(109, 100)]
    [InlineData(110, 110)]
    [InlineData(999, 990)]
    [InlineData(1_000, 1_000)]
    [InlineData(10_000_000, 10_000_000)]
    [InlineData(int.MaxValue, 2_100_000_000)]
    public void What_is_left_is_told_exactly_to_a_hundred_and_rounded_down_above(int permits, int told) => Assert.Equal($"\"key\";r={told}", _text.For(permits));

    [Fact]
    public void A_text_is_made_once() => Assert.Same(_text.For(1_234), _text.For(1_299));
}

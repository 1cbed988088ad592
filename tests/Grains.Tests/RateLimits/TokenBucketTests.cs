using CsCheck;
using Platform.Abstractions.RateLimits;
using Platform.Grains.RateLimits;

namespace Platform.Grains.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class TokenBucketTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TokenBucket _bucket = new();

    [Fact]
    public void A_new_bucket_holds_one_burst()
    {
        var rule = new RateLimitRule(60, 10);

        Assert.Equal(10, Take(rule, 100, Start));
        Assert.Equal(0, Take(rule, 1, Start));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MinValue)]
    public void Whoever_wants_less_than_one_gets_one(int wanted)
    {
        Assert.Equal(1, Take(new RateLimitRule(60, 10), wanted, Start));
        Assert.Equal(9, Take(new RateLimitRule(60, 10), 100, Start));
    }

    [Fact]
    public void Permits_come_back_at_the_rules_speed()
    {
        var rule = new RateLimitRule(60, 10);
        Take(rule, 10, Start);

        Assert.Equal(3, Take(rule, 10, Start.AddSeconds(3.5)));
        Assert.Equal(1, Take(rule, 10, Start.AddSeconds(4)));
    }

    [Fact]
    public void A_permit_is_due_exactly_when_it_is_and_not_a_tick_before()
    {
        var rule = new RateLimitRule(60, 1);
        Take(rule, 1, Start);

        Assert.Equal(0, Take(rule, 1, Start.AddSeconds(1).AddTicks(-1)));
        Assert.Equal(1, Take(rule, 1, Start.AddSeconds(1)));
    }

    [Fact]
    public void A_bucket_never_holds_more_than_one_burst()
    {
        var rule = new RateLimitRule(60, 10);
        Take(rule, 10, Start);

        Assert.Equal(10, Take(rule, 1_000, Start.AddYears(100)));
    }

    [Fact]
    public void Many_small_waits_refill_as_much_as_one_long_one()
    {
        var rule = new RateLimitRule(100, 100);
        Take(rule, 100, Start);

        // 0.6 s a permit, asked in steps that divide nothing.
        var taken = Enumerable.Range(1, 60_000 / 7).Sum(step => Take(rule, 1, Start.AddMilliseconds(step * 7)));

        Assert.Equal(99, taken);
        Assert.Equal(1, Take(rule, 1, Start.AddMinutes(1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(999_983)]
    [InlineData(100_000_000)]
    public void After_the_wait_that_an_empty_bucket_names_a_permit_is_there(int perMinute)
    {
        var rule = new RateLimitRule(perMinute, 1);
        Take(rule, 1, Start);

        Assert.Equal(0, _bucket.Take(rule, 1, Start, out var retryAfter));

        Assert.Equal(0, Take(rule, 1, Start + retryAfter - TimeSpan.FromTicks(1)));
        Assert.Equal(1, Take(rule, 1, Start + retryAfter));
    }

    [Fact]
    public void The_wait_is_true_to_a_tick_after_any_history() =>
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Int[1, 50], Gen.Long[0, 900_000_000].Array[1, 30]).Sample((perMinute, burst, steps) =>
        {
            var (rule, bucket, now) = (new RateLimitRule(perMinute, burst), new TokenBucket(), Start);
            foreach (var step in steps)
            {
                now = now.AddTicks(step);
                bucket.Take(rule, burst, now, out _);
            }

            var refused = bucket.Take(rule, 1, now, out var wait);
            return refused == 1 || (wait > TimeSpan.Zero
                && bucket.Take(rule, 1, now + wait - TimeSpan.FromTicks(1), out _) == 0
                && bucket.Take(rule, 1, now + wait, out _) == 1);
        });

    [Fact]
    public void Nobody_gets_more_than_one_burst_and_the_permits_of_the_time_that_passed() =>
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Int[1, 1_000], Gen.Select(Gen.Long[0, 900_000_000], Gen.Int[1, 100]).Array[1, 30]).Sample((perMinute, burst, takes) =>
        {
            var (rule, bucket, now, granted) = (new RateLimitRule(perMinute, burst), new TokenBucket(), Start, 0L);
            foreach (var (step, wanted) in takes)
            {
                now = now.AddTicks(step);
                granted += bucket.Take(rule, wanted, now, out _);
            }

            return granted <= burst + (Int128)(now - Start).Ticks * perMinute / TimeSpan.TicksPerMinute;
        });

    [Fact]
    public void A_clock_that_steps_backwards_neither_fills_nor_drains()
    {
        var rule = new RateLimitRule(60, 10);
        Take(rule, 7, Start);

        Assert.Equal(3, Take(rule, 10, Start.AddHours(-1)));
        Assert.Equal(0, Take(rule, 1, Start.AddHours(-1)));
    }

    [Fact]
    public void After_a_clock_stepped_backwards_the_wait_is_true()
    {
        var rule = new RateLimitRule(60, 1);
        Take(rule, 1, Start);

        Assert.Equal(0, _bucket.Take(rule, 1, Start.AddHours(-1), out var retryAfter));

        Assert.Equal(TimeSpan.FromSeconds(1), retryAfter);
        Assert.Equal(1, Take(rule, 1, Start.AddHours(-1) + retryAfter));
    }

    [Fact]
    public void A_rule_that_shrinks_takes_effect_at_once()
    {
        Take(new RateLimitRule(60, 100), 1, Start);

        Assert.Equal(5, Take(new RateLimitRule(60, 5), 100, Start));
    }

    [Fact]
    public void A_rule_that_grows_fills_with_time()
    {
        Take(new RateLimitRule(60, 5), 5, Start);
        var grown = new RateLimitRule(6_000, 1_000);

        // Ten seconds of the old rule refill the old burst; the new rule counts from now on.
        Assert.Equal(5, Take(grown, 1_000, Start.AddSeconds(10)));
        Assert.Equal(100, Take(grown, 1_000, Start.AddSeconds(11)));
    }

    [Fact]
    public void The_largest_rule_and_the_longest_wait_overflow_nothing()
    {
        var rule = new RateLimitRule(100_000_000, 10_000_000);
        Take(rule, int.MaxValue, DateTimeOffset.MinValue);

        Assert.Equal(10_000_000, Take(rule, int.MaxValue, DateTimeOffset.MaxValue));
    }

    [Fact]
    public void Whoever_needs_more_than_there_is_gets_nothing_and_a_true_wait()
    {
        var rule = new RateLimitRule(60, 10);
        Take(rule, 8, Start);

        Assert.Equal(0, _bucket.Take(rule, 5, 5, Start, out var wait));

        Assert.Equal(TimeSpan.FromSeconds(3), wait);
        Assert.Equal(0, _bucket.Take(rule, 5, 5, Start + wait - TimeSpan.FromTicks(1), out _));
        Assert.Equal(5, _bucket.Take(rule, 5, 5, Start + wait, out _));
    }

    [Fact]
    public void Whoever_needs_more_than_a_burst_gets_the_whole_burst()
    {
        var rule = new RateLimitRule(60, 10);

        Assert.Equal(10, _bucket.Take(rule, 1_000, 1_000, Start, out _));
        Assert.Equal(0, _bucket.Take(rule, 1_000, 1_000, Start, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(10), wait);
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(8, 10)]
    [InlineData(100, 10)]
    [InlineData(int.MaxValue, 10)]
    [InlineData(-4, 2)]
    public void What_is_given_back_is_there_again_up_to_the_burst(int unused, int level)
    {
        var rule = new RateLimitRule(60, 10);
        Take(rule, 8, Start);

        _bucket.GiveBack(rule, unused, Start);

        Assert.Equal(level, _bucket.Level(rule, Start));
        Assert.Equal(level, Take(rule, 100, Start));
    }

    [Fact]
    public void Giving_back_gives_nobody_more_than_one_burst_and_the_permits_of_the_time_that_passed() =>
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Int[1, 1_000], Gen.Select(Gen.Long[0, 900_000_000], Gen.Int[1, 100], Gen.Double[0, 1]).Array[1, 30]).Sample((perMinute, burst, takes) =>
        {
            var (rule, bucket, now, used) = (new RateLimitRule(perMinute, burst), new TokenBucket(), Start, 0L);
            foreach (var (step, wanted, part) in takes)
            {
                now = now.AddTicks(step);
                var granted = bucket.Take(rule, wanted, now, out _);
                var unused = (int)(granted * part);
                bucket.GiveBack(rule, unused, now);
                used += granted - unused;
            }

            return used <= burst + (Int128)(now - Start).Ticks * perMinute / TimeSpan.TicksPerMinute;
        });

    private int Take(RateLimitRule rule, int wanted, DateTimeOffset now) => _bucket.Take(rule, wanted, now, out _);
}

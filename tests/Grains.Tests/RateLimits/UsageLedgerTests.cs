using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Quotas;
using Platform.Grains.RateLimits.Quotas;

namespace Platform.Grains.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class UsageLedgerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly UsageQuota Daily = new(1_000, null);

    private UsageQuotaState _state = new();

    [Fact]
    public void What_is_leased_counts_as_used_from_there_on()
    {
        var lease = Lease(Daily, Noon);

        Assert.Equal((15, new DateOnly(2026, 1, 30), false, 985L), (lease.Granted, lease.Day, lease.OfMonth, lease.Left));
        Assert.Equal((15L, 15L), (Today(Noon), ThisMonth(Noon)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(63, 1)]
    [InlineData(128, 2)]
    [InlineData(1_000, 15)]
    [InlineData(10_000_000, 1_024)]
    public void A_chunk_is_a_64th_of_what_is_left_within_its_bounds(long left, int chunk) => Assert.Equal(chunk, UsageQuota.LeaseChunk(left));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(999)]
    public void However_it_is_leased_the_quota_is_used_up_exactly_and_never_exceeded(int least)
    {
        var granted = 0L;
        for (var lease = Lease(Daily, Noon, least); lease.Granted > 0; lease = Lease(Daily, Noon, least))
        {
            granted += lease.Granted;
        }

        for (var lease = Lease(Daily, Noon); lease.Granted > 0; lease = Lease(Daily, Noon))
        {
            granted += lease.Granted;
        }

        Assert.Equal((1_000L, 1_000L), (granted, Today(Noon)));
    }

    [Fact]
    public void Whoever_needs_more_than_is_left_gets_nothing_and_takes_nothing_from_who_needs_less()
    {
        Lease(Daily, Noon, 995);

        Assert.Equal((0, 5L), (Lease(Daily, Noon, 6).Granted, Lease(Daily, Noon, 6).Left));
        Assert.Equal(5, Lease(Daily, Noon, 5).Granted);
    }

    [Fact]
    public void A_day_begins_anew_at_midnight_of_UTC_and_no_lease_outlives_it()
    {
        var late = new DateTimeOffset(2026, 1, 31, 1, 59, 50, TimeSpan.FromHours(2));
        var lease = Lease(Daily, late, 1_000);
        var refused = Lease(Daily, late);

        Assert.Equal((TimeSpan.FromSeconds(10), new DateOnly(2026, 1, 30)), (lease.ValidFor, lease.Day));
        Assert.Equal((0, TimeSpan.FromSeconds(10), new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero)), (refused.Granted, refused.ResetsIn, refused.ResetsAt));
        Assert.Equal(15, Lease(Daily, late + refused.ResetsIn).Granted);
    }

    [Fact]
    public void A_month_is_the_sum_of_its_days_and_refuses_until_the_next()
    {
        var quota = new UsageQuota(1_000, 1_500);
        Lease(quota, Noon, 1_000);
        var rest = Lease(quota, Noon.AddDays(1), 500);

        var refused = Lease(quota, Noon.AddDays(1));

        Assert.Equal((500, true, 0L), (rest.Granted, rest.OfMonth, rest.Left));
        Assert.Equal((0, true, new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(12)), (refused.Granted, refused.OfMonth, refused.ResetsAt, refused.ResetsIn));
        Assert.True(Lease(quota, Noon.AddDays(2)).Granted > 0);
    }

    [Fact]
    public void Of_two_quotas_that_refuse_the_month_is_named()
    {
        var quota = new UsageQuota(100, 100);
        Lease(quota, Noon, 100);

        Assert.True(Lease(quota, Noon).OfMonth);
    }

    [Fact]
    public void What_comes_back_is_taken_off_the_day_it_was_leased_on()
    {
        Lease(Daily, Noon, 100);
        Lease(Daily, Noon.AddDays(1), 100);

        _state = UsageLedger.Return(_state, new DateOnly(2026, 1, 30), 40);

        Assert.Equal((100L, 160L), (Today(Noon.AddDays(1)), ThisMonth(Noon.AddDays(1))));
        Assert.Equal((100L, 100L), (Today(Noon.AddDays(1)), UsageLedger.Report(UsageLedger.Return(_state, new DateOnly(2026, 1, 30), 60), Noon.AddDays(1)).ThisMonth));
    }

    [Theory]
    [InlineData(30, 1_000, 0)]
    [InlineData(29, 1, 100)]
    [InlineData(30, -5, 100)]
    public void Nothing_comes_back_that_was_not_leased_that_day(int day, int unused, long left)
    {
        Lease(Daily, Noon, 100);

        Assert.Equal(left, UsageLedger.Report(UsageLedger.Return(_state, new DateOnly(2026, 1, day), unused), Noon).Today);
    }

    [Fact]
    public void A_clock_that_steps_over_midnight_and_back_gives_no_second_quota()
    {
        Lease(Daily, Noon, 1_000);
        Lease(Daily, Noon.AddYears(1), 1_000);

        Assert.Equal(0, Lease(Daily, Noon).Granted);
        Assert.Equal(0, Lease(Daily, Noon.AddYears(1)).Granted);
    }

    [Fact]
    public void A_quota_that_shrinks_below_what_was_used_refuses_at_once()
    {
        Lease(Daily, Noon, 500);

        Assert.Equal(0, Lease(new UsageQuota(400, null), Noon).Granted);
        Assert.True(Lease(new UsageQuota(600, null), Noon).Granted > 0);
    }

    [Fact]
    public void The_counts_of_62_days_are_kept()
    {
        for (var day = 0; day < 100; day++)
        {
            Lease(Daily, Noon.AddDays(day), 10);
        }

        Assert.Equal((62, new DateOnly(2026, 1, 30).AddDays(99)), (_state.Days.Length, _state.Days[^1].Day));
    }

    private QuotaLease Lease(UsageQuota quota, DateTimeOffset now, int least = 1)
    {
        (_state, var lease) = UsageLedger.Lease(_state, quota, new QuotaLeaseRequest(least, 0, default), now);
        return lease;
    }

    private long Today(DateTimeOffset now) => UsageLedger.Report(_state, now).Today;

    private long ThisMonth(DateTimeOffset now) => UsageLedger.Report(_state, now).ThisMonth;
}

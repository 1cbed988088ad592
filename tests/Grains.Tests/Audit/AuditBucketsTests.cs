using Platform.Abstractions.Audit;
using Platform.Grains.Audit;

namespace Platform.Grains.Tests.Audit;

/// <summary>How a range of time is cut for a histogram.</summary>
public sealed class AuditBucketsTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("00:00:30", 30, "00:00:01", 30)]
    [InlineData("00:01:00", 48, "00:00:02", 30)]
    [InlineData("1.00:00:00", 48, "00:30:00", 48)]
    [InlineData("1.00:00:00", 47, "01:00:00", 24)]
    [InlineData("7.00:00:00", 60, "03:00:00", 56)]
    [InlineData("7.00:00:00", 7, "1.00:00:00", 7)]
    [InlineData("0.00:00:00.5", 2, "00:00:01", 1)]
    public void The_least_round_width_is_taken(string length, int most, string width, int count)
    {
        var buckets = AuditBuckets.Of(Day, Day + TimeSpan.Parse(length), most);
        Assert.Equal((TimeSpan.Parse(width), count), (buckets.Width, buckets.Count));
    }

    [Fact]
    public void Weeks_begin_on_Mondays()
    {
        var buckets = AuditBuckets.Of(Day.AddDays(-100), Day, 20);
        Assert.Equal(TimeSpan.FromDays(7), buckets.Width);
        Assert.All(Enumerable.Range(1, buckets.Count - 1), index => Assert.Equal(DayOfWeek.Monday, buckets.StartOf(index).DayOfWeek));
    }

    [Fact]
    public void The_first_and_the_last_end_where_the_range_does_and_there_are_no_gaps()
    {
        var (from, to) = (Day.AddMinutes(7).AddTicks(3), Day.AddMinutes(52));
        var buckets = AuditBuckets.Of(from, to, 10);
        Assert.Equal((from, to, TimeSpan.FromMinutes(5)), (buckets.StartOf(0), buckets.EndOf(buckets.Count - 1), buckets.Width));
        Assert.All(Enumerable.Range(1, buckets.Count - 1), index => Assert.Equal(buckets.EndOf(index - 1), buckets.StartOf(index)));
        Assert.Equal([0, 0, 1, 9], new[] { from, Day.AddMinutes(10).AddTicks(-1), Day.AddMinutes(10), to.AddTicks(-1) }.Select(buckets.IndexOf));
    }

    [Fact]
    public void All_of_time_is_cut_into_no_more_than_was_asked_for()
    {
        foreach (var most in Enumerable.Range(CountAuditEvents.FewestBuckets, CountAuditEvents.MostBuckets - 1))
        {
            var buckets = AuditBuckets.Of(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, most);
            Assert.InRange(buckets.Count, 1, most);
            Assert.Equal((DateTimeOffset.MinValue, DateTimeOffset.MaxValue), (buckets.StartOf(0), buckets.EndOf(buckets.Count - 1)));
        }
    }

    [Fact]
    public void No_time_has_no_buckets()
    {
        Assert.Equal(0, AuditBuckets.Of(Day.AddSeconds(1), Day.AddSeconds(1), 30).Count);
        Assert.Equal(0, AuditBuckets.Of(Day.AddDays(1), Day, 30).Count);
    }
}

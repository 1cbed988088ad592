using CsCheck;
using Platform.Abstractions.Alerts;
using Platform.Grains.Alerts;
using static Platform.Grains.Tests.Alerts.Given;

namespace Platform.Grains.Tests.Alerts;

[Trait("Control", "AL-6")]
public sealed class SignalSeriesTests
{
    private static readonly Gen<SignalSeries> Any =
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 1_000_000], Gen.Int[0, 79], Gen.Int[1, int.MaxValue]).Array[0, 60].Select(Series);

    [Fact]
    public void What_was_packed_is_unpacked_as_it_was() => Any.Sample(series => Same(series, SignalSeriesCodec.Read(SignalSeriesCodec.Write(series))));

    [Fact]
    public void A_stretch_that_is_put_in_twice_is_in_once_and_what_is_beside_it_stays() => Gen.Select(Any, Any, Gen.Int[0, 400], Gen.Int[0, 400]).Sample((known, part, from, length) =>
    {
        var (first, last) = (Start + from, Start + from + length);
        var once = known.Replaced(first, last, part);

        Same(once, once.Replaced(first, last, part));
        Same(part.Between(first, last), once.Between(first, last));
        Same(known.Between(0, first - 1), once.Between(0, first - 1));
        Same(known.Between(last + 1, long.MaxValue), once.Between(last + 1, long.MaxValue));
    });

    [Fact]
    public void Longer_steps_have_the_same_sums() => Any.Sample(series =>
    {
        var folded = series.Folded(60);

        Assert.All(folded.Counts, slot => Assert.Equal(0, slot.At % 60));
        Assert.Equal(Sum(series), Sum(folded));
        Same(folded, folded.Folded(60));
    });

    [Theory]
    [InlineData("02")]
    [InlineData("01ff")]
    [InlineData("0105")]
    [InlineData("01000101050150")]
    [InlineData("0100010105017f05")]
    [InlineData("01ffffffffffffffffff01")]
    public void What_is_cut_off_or_not_ours_is_refused_and_takes_no_memory(string hex) =>
        Assert.Throws<FormatException>(() => SignalSeriesCodec.Read(Convert.FromHexString(hex)));

    [Fact]
    public void An_hour_of_the_busiest_tenant_is_of_a_bounded_size()
    {
        int[] every = [.. Enumerable.Range(0, SignalScale.Buckets).SelectMany(bucket => new[] { bucket, 1_000 })];
        var counts = Enumerable.Range(0, 3_600).Select(second => new CountSlot(Start + second, new SignalCounts(1_000, 1_000, 10_000, 1_000)));
        var levels = Enumerable.Range(0, 360).Select(step => new LevelSlot(Start + (step * 10), every, every, 100));

        Assert.InRange(SignalSeriesCodec.Write(new SignalSeries([.. counts], [.. levels])).Length, 1, 220_000);
    }

    private static SignalSeries Series((int Second, int Count, int Bucket, int Hits)[] all)
    {
        var window = new SortedDictionary<long, SignalCounts>();
        var levels = new SortedDictionary<long, LevelSlot>();
        foreach (var (second, count, bucket, hits) in all)
        {
            window[Start + second] = new SignalCounts(count, 1, count + 7L, 3);
            levels[(Start + second) / 10 * 10] = new LevelSlot((Start + second) / 10 * 10, [bucket, hits / 64], [], count % 100);
        }

        return new SignalSeries([.. window.Select(pair => new CountSlot(pair.Key, pair.Value))], [.. levels.Values]);
    }

    private static (SignalCounts, long, int) Sum(SignalSeries series) => (
        series.Counts.Aggregate(default(SignalCounts), (sum, slot) => sum + slot.Counts),
        series.Levels.Sum(slot => slot.Latency.Where((_, i) => i % 2 == 1).Sum(count => (long)count)),
        series.Levels.Count == 0 ? 0 : series.Levels.Max(slot => slot.Level));

    private static void Same(SignalSeries expected, SignalSeries actual) => Assert.Equal(SignalSeriesCodec.Write(expected), SignalSeriesCodec.Write(actual));
}

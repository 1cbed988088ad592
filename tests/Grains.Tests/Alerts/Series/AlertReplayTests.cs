using CsCheck;
using Platform.Abstractions.Alerts;
using Platform.Grains.Alerts;
using Platform.Grains.Alerts.Series;
using static Platform.Grains.Tests.Alerts.Given;

namespace Platform.Grains.Tests.Alerts.Series;

[Trait("Control", "AL-6")]
public sealed class AlertReplayTests
{
    private const int Length = 3 * 3_600;

    /// <summary>Bursts with quiet between them: somebody guesses, stops, and begins again.</summary>
    private static readonly Gen<SignalSeries> Past =
        Gen.Select(Gen.Int[0, Length - 1], Gen.Int[1, 200], Gen.Int[0, 12], Gen.Int[0, 60]).Array[0, 25].Select(Series);

    private static readonly Gen<AlertRuleDefinition> AnyRule = Gen.Select(
        Gen.Int[0, 4].Select(signal => (AlertSignal)signal), Gen.Int[1, 60], Gen.Int[10, 300], Gen.Int[1, 3], Gen.Int[1, 60])
        .Select((signal, threshold, window, quiet, below) => Rule(signal, threshold, window, AlertRules.NeedsSample(signal) ? 5 : null, Math.Min(threshold, below), quiet));

    [Fact]
    public void What_fires_live_fires_in_the_test_of_the_past_at_the_same_second_and_nothing_else_does() => Gen.Select(AnyRule, Past).Sample((rule, past) =>
    {
        var live = Live(rule, past);
        var replay = new AlertReplay(rule, Start, Start + Length, step: 1);
        for (var piece = SeriesTier.Seconds.StepOf(Start - AlertReplay.Before); piece <= Start + Length; piece = SeriesTier.Seconds.EndOf(piece) + 1)
        {
            var end = SeriesTier.Seconds.EndOf(piece);
            replay.Pass(past.Between(piece, end), piece, end);
        }

        Assert.Equal(live.Alerts, replay.Fired);
        Assert.Equal(live.Kept.Select(Shape), replay.Alerts.Select(Shape));
    });

    [Fact]
    public void Bursts_are_told_with_their_times()
    {
        var rule = Rule(AlertSignal.AuthFailures, 10);
        var replay = new AlertReplay(rule, Start, Start + Length, step: 1);
        replay.Pass(new SignalSeries([new(Start + 59, Failures(1)), new(Start + 60, Failures(9)), new(Start + 1000, Failures(9)), new(Start + 2000, Failures(10))], []), Start, Start + Length);

        Assert.Equal(2, replay.Fired);
        Assert.Equal([(60L, 179L), (2000L, 2120L)], replay.Alerts.Select(alert => (alert.FiredAt.ToUnixTimeSeconds() - Start, alert.ResolvedAt!.Value.ToUnixTimeSeconds() - Start)));
    }

    [Fact]
    public void What_happened_just_before_the_period_counts_and_what_fired_before_it_is_told_at_its_beginning()
    {
        var replay = new AlertReplay(Rule(AlertSignal.AuthFailures, 10), Start, Start + 100, step: 1);
        replay.Pass(new SignalSeries([new(Start - 30, Failures(10))], []), Start - AlertReplay.Before, Start + 100);

        Assert.Equal(Start, Assert.Single(replay.Alerts).FiredAt.ToUnixTimeSeconds());
    }

    [Fact]
    public void By_the_minute_a_burst_within_one_is_found_and_one_that_straddles_two_is_not()
    {
        var minutes = new SignalSeries([new(Start, Failures(10)), new(Start + 1800, Failures(5)), new(Start + 1860, Failures(5))], []).Folded(60);
        var replay = new AlertReplay(Rule(AlertSignal.AuthFailures, 10), Start, Start + Length, step: 60);
        replay.Pass(minutes, Start - 360, Start + Length);

        Assert.Equal(Start + 59, Assert.Single(replay.Alerts).FiredAt.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData(AlertSignal.ErrorRate)]
    [InlineData(AlertSignal.LatencyP95)]
    public void Shares_and_percentiles_are_found_by_the_minute_too(AlertSignal signal)
    {
        var minute = new SignalSeries([new(Start + 600, Requests(100, 50))], [new(Start + 600, [SignalScale.BucketOf(9_000_000), 100], [], 0)]);
        var replay = new AlertReplay(Rule(signal, 40, minimumSample: 20), Start, Start + Length, step: 60);
        replay.Pass(minute, Start - 360, Start + Length);

        Assert.Equal(1, replay.Fired);
    }

    [Fact]
    public void A_quiet_day_is_not_walked_through()
    {
        var replay = new AlertReplay(Rule(AlertSignal.AuthFailures, 10), Start, Start + 2_000_000_000, step: 1);
        replay.Pass(new SignalSeries([new(Start + 5, Failures(1)), new(Start + 1_000_000_000, Failures(10))], []), Start, Start + 2_000_000_000);

        Assert.Equal(Start + 1_000_000_000, replay.Alerts[0].FiredAt.ToUnixTimeSeconds());
    }

    [Fact]
    public void However_often_it_fires_the_number_is_right_and_the_list_is_bounded()
    {
        var rule = Rule(AlertSignal.AuthFailures, 1, windowSeconds: 10, resolveAfterWindows: 1);
        var replay = new AlertReplay(rule, Start, Start + (1000 * 30), step: 1);
        replay.Pass(new SignalSeries([.. Enumerable.Range(0, 1000).Select(i => new CountSlot(Start + (i * 30), Failures(1)))], []), Start, Start + (1000 * 30));

        Assert.Equal((1000, AlertRules.MaxKept), (replay.Fired, replay.Alerts.Count));
    }

    /// <summary>As the grain does it: a look every second, over what was counted until then.</summary>
    private static AlertRuleState Live(AlertRuleDefinition rule, SignalSeries past)
    {
        var (window, book) = (new AlertWindow(), new AlertRuleState { Rules = [rule] });
        var (counts, levels) = (past.Counts.ToDictionary(slot => slot.At), past.Levels.ToDictionary(slot => slot.At));
        for (var second = Start; second <= Start + Length; second++)
        {
            window.Add(new SignalSeries(counts.TryGetValue(second, out var counted) ? [counted] : [], levels.TryGetValue(second, out var level) ? [level] : []));
            book = AlertRound.Look(book, [rule], window, second - AlertRules.LateSeconds, DateTimeOffset.FromUnixTimeSeconds(second)) with { News = [] };
        }

        return book;
    }

    private static SignalSeries Series((int At, int Count, int Errors, int Bucket)[] bursts)
    {
        var (counts, levels) = (new SortedDictionary<long, SignalCounts>(), new SortedDictionary<long, LevelSlot>());
        foreach (var (at, count, errors, bucket) in bursts)
        {
            for (var i = 0; i < 40; i++)
            {
                var second = Start + Math.Min(Length - 1, at + (i * 3));
                counts[second] = new SignalCounts(count % 9, count % 70, count, Math.Min(errors, count));
                levels[second / 10 * 10] = new LevelSlot(second / 10 * 10, [bucket, count], [79 - bucket, count], 0);
            }
        }

        return new SignalSeries([.. counts.Select(pair => new CountSlot(pair.Key, pair.Value))], [.. levels.Values]);
    }

    private static (DateTimeOffset, DateTimeOffset?, decimal, decimal) Shape(AlertView alert) => (alert.FiredAt, alert.ResolvedAt, alert.Value, alert.Peak);
}

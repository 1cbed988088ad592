using Platform.Abstractions.Alerts;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Alerts.Series;

/// <summary>Spreads what was counted over rows, and reads it again. One per tenant: what is stored, drawn and tested comes one after another, and holds up nobody who judges.</summary>
[GrainType("metric-history")]
internal sealed class MetricHistoryGrain(TenantGrains grains, TimeProvider clock) : Grain, IMetricHistoryGrain
{
    public async Task StoreAsync(SignalStretch stretch)
    {
        var series = SignalSeriesCodec.Read(stretch.Data);
        for (var from = stretch.From; from <= stretch.To; from = SeriesTier.Seconds.EndOf(from) + 1)
        {
            var to = Math.Min(stretch.To, SeriesTier.Seconds.EndOf(from));
            var hour = SignalSeriesCodec.Read(await Block(SeriesTier.Seconds, from).ReplaceAsync(Packed(series, from, to)));
            foreach (var tier in new[] { SeriesTier.Minutes, SeriesTier.Hours })
            {
                // Made anew from all that is known of these steps: doing it twice is doing it once.
                var (first, last) = (tier.StepOf(from), tier.StepOf(to) + tier.Step - 1);
                await Block(tier, first).ReplaceAsync(Packed(hour.Between(first, last).Folded(tier.Step), first, last));
            }
        }
    }

    public async Task<Result<MetricSeriesView>> ReadAsync(ReadMetric query)
    {
        var now = clock.GetUtcNow();

        // A second that has begun is asked for too: "until now" has what happened just now.
        var (from, to) = (query.From.ToUnixTimeSeconds(), Math.Min(SecondAfter(query.To), now.ToUnixTimeSeconds() + 1));
        if (query.From >= query.To || from >= to)
        {
            return Invalid("from", "Choose a moment before to, and in the past.");
        }

        if (query.From < now - SeriesTier.Hours.Life)
        {
            return Invalid("from", $"Metrics are kept for {SeriesTier.Hours.Life.Days} days.");
        }

        var finest = Array.Find(SeriesTier.All, tier => query.From >= now - tier.Life - TimeSpan.FromSeconds(tier.Step))!;
        var step = query.StepSeconds ?? MetricChart.StepFor(to - from, finest);
        if (step <= 0 || step % finest.FinestStep != 0)
        {
            return Invalid("step", $"Choose a multiple of {finest.FinestStep} seconds: what is as old as this is not kept finer.");
        }

        // The first step begins before what is asked for, and a long one would begin long before anything is kept.
        if (step > MetricRules.LongestStep)
        {
            return Invalid("step", $"Choose at most {MetricRules.LongestStep} seconds.");
        }

        from = from / step * step;
        if ((to - from) / step >= MetricRules.MaxPoints)
        {
            return Invalid("step", $"Choose a longer step or a shorter period: an answer has {MetricRules.MaxPoints} points at most.");
        }

        var tier = Array.FindLast(SeriesTier.All, tier => step % tier.FinestStep == 0)!;
        var series = WithRecent(await LoadAsync(tier, from, to - 1), tier, query.Recent);
        return new MetricSeriesView
        {
            Metric = query.Signal,
            From = DateTimeOffset.FromUnixTimeSeconds(from),
            To = DateTimeOffset.FromUnixTimeSeconds(to),
            StepSeconds = step,
            Points = MetricChart.Points(series, query.Signal, from, to, step),
        };
    }

    public async Task<Result<BackTestView>> BackTestAsync(BackTestRule command)
    {
        var now = clock.GetUtcNow();
        if (command.From >= command.To || command.To > now + TimeSpan.FromSeconds(1))
        {
            return Invalid("to", "Choose a moment after from, and not in the future.");
        }

        if (command.From < now - SeriesTier.Minutes.Life)
        {
            return Invalid("from", $"A rule can be tested over the last {SeriesTier.Minutes.Life.Days} days.");
        }

        var tier = command.From >= now - SeriesTier.Seconds.Life - TimeSpan.FromSeconds(1) ? SeriesTier.Seconds : SeriesTier.Minutes;
        if (command.Rule.WindowSeconds % tier.Step != 0)
        {
            return Invalid("from", $"Before the last {SeriesTier.Seconds.Life.TotalHours:0} hours counts are kept by the minute: choose a later moment, or a rule whose window is whole minutes.");
        }

        var (from, to) = (command.From.ToUnixTimeSeconds(), command.To.ToUnixTimeSeconds());
        var replay = new AlertReplay(AlertRuleDefinition.Of(command.Name, command.Rule), from, to, tier.Step);
        for (var piece = tier.StepOf(from - AlertReplay.Before); piece <= to; piece = tier.EndOf(piece) + 1)
        {
            var end = Math.Min(to, tier.EndOf(piece));
            replay.Pass(WithRecent(await LoadAsync(tier, piece, end), tier, command.Recent).Between(piece, end), piece, end);
        }

        return new BackTestView
        {
            From = command.From,
            To = command.To,
            Fired = replay.Fired,
            Exact = tier == SeriesTier.Seconds,
            Alerts = [.. replay.Alerts.Select(alert => new BackTestAlert(alert.FiredAt, alert.ResolvedAt, decimal.Round(alert.Value, 3), decimal.Round(alert.Peak, 3)))],
        };
    }

    private async Task<SignalSeries> LoadAsync(SeriesTier tier, long from, long to)
    {
        var series = SignalSeries.Empty;
        for (var piece = from; piece <= to; piece = tier.EndOf(piece) + 1)
        {
            series = series.Then(SignalSeriesCodec.Read(await Block(tier, piece).ReadAsync()));
        }

        return series.Between(tier.StepOf(from), to);
    }

    /// <summary>What is not in the rows yet. Of longer steps those that are told as a whole; of hours none.</summary>
    private static SignalSeries WithRecent(SignalSeries series, SeriesTier tier, SignalStretch recent)
    {
        var from = tier.StepOf(recent.From + tier.Step - 1);
        return tier == SeriesTier.Hours || from > recent.To ? series : series.Replaced(from, recent.To, SignalSeriesCodec.Read(recent.Data).Between(from, recent.To).Folded(tier.Step));
    }

    private IMetricBlockGrain Block(SeriesTier tier, long second) => grains.For(GrainContext.TenantOf()).Get<IMetricBlockGrain>(tier.KeyOf(second));

    private static long SecondAfter(DateTimeOffset moment) => moment.ToUnixTimeSeconds() + (moment.UtcTicks % TimeSpan.TicksPerSecond == 0 ? 0 : 1);

    private static SignalStretch Packed(SignalSeries series, long from, long to) => new(from, to, SignalSeriesCodec.Write(series.Between(from, to)));

    private static Problem Invalid(string member, string fault) => Problem.Invalid([new FieldError(member, fault)]);
}

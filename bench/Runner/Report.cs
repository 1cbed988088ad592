using System.Globalization;
using System.Text;

namespace Platform.Bench.Runner;

/// <summary>A ratio of two contestants over the rounds of one run: only runs of the same round and connections are paired.</summary>
internal sealed record Ratio(string Of, string To, string What, int Connections, double Median, double Min, double Max, int Pairs);

internal static class Report
{
    /// <summary>The pairs that say something. The first is the noise floor: the same program twice.</summary>
    private static readonly (string Of, string To)[] Pairs =
    [
        ("kestrel-again", "kestrel"), ("sdk-2026", "sdk-2025"), ("batched", "sdk-2025"), ("batched", "sdk-2026"), ("batched", "kestrel"),
        ("durable", "sdk-2025"), ("durable", "sdk-2026"), ("durable", "kestrel"),
    ];

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    public static List<Ratio> Ratios(IReadOnlyList<Sample> samples)
    {
        var valid = samples.Where(sample => !sample.Superseded).ToList();
        var ratios = new List<Ratio>();
        foreach (var (of, to) in Pairs)
        {
            foreach (var connections in Options.Connections)
            {
                Add(of, to, "req/s", connections, sample => sample.RequestsPerSecond);
                if (connections == 64)
                {
                    Add(of, to, "CPU per request", connections, sample => sample.ServerCpuUsPerRequest);
                }
            }
        }

        return ratios;

        void Add(string of, string to, string what, int connections, Func<Sample, double> value)
        {
            var pairs = (from a in valid
                         join b in valid on (a.Round, a.Connections) equals (b.Round, b.Connections)
                         where a.Contestant == of && b.Contestant == to && a.Connections == connections && value(b) > 0
                         select value(a) / value(b)).ToList();
            if (pairs.Count > 0)
            {
                ratios.Add(new Ratio(of, to, what, connections, Math.Round(Median(pairs), 3), Math.Round(pairs.Min(), 3), Math.Round(pairs.Max(), 3), pairs.Count));
            }
        }
    }

    public static string Table(IReadOnlyList<string> contestants, IReadOnlyList<Sample> samples, IReadOnlyList<Ratio> ratios, IReadOnlyList<Latency> latencies)
    {
        var text = new StringBuilder();
        text.AppendLine().AppendLine(Row("medians of the rounds", "req/s 1", "16", "64", "p50 us 1", "p99 us 1", "p99 ms 16", "p99 ms 64", "CPU us 64", "non-2xx", "sock err", "disturbed"));
        foreach (var name in contestants)
        {
            var own = samples.Where(sample => sample.Contestant == name && !sample.Superseded).ToList();
            text.AppendLine(Row(name,
                Of(1, s => s.RequestsPerSecond, "0"), Of(16, s => s.RequestsPerSecond, "0"), Of(64, s => s.RequestsPerSecond, "0"),
                Of(1, s => s.Counts.P50Us, "0"), Of(1, s => s.Counts.P99Us, "0"), Of(16, s => s.Counts.P99Us / 1000.0, "0.00"), Of(64, s => s.Counts.P99Us / 1000.0, "0.00"),
                Of(64, s => s.ServerCpuUsPerRequest, "0.0"),
                own.Sum(s => s.Counts.Status).ToString(CultureInfo.InvariantCulture), own.Sum(s => s.Counts.SocketErrors).ToString(CultureInfo.InvariantCulture),
                $"{own.Count(s => s.Disturbed)}/{own.Count}"));

            string Of(int connections, Func<Sample, double> value, string format) =>
                Median(own.Where(s => s.Connections == connections).Select(value)).ToString(format, CultureInfo.InvariantCulture);
        }

        text.AppendLine().AppendLine($"{"ratio of the same round: median [min .. max]",-46}{"1",22}{"16",22}{"64",22}{"CPU at 64",22}");
        foreach (var group in ratios.GroupBy(ratio => (ratio.Of, ratio.To)))
        {
            var label = $"{group.Key.Of} : {group.Key.To}" + (group.Key is ("kestrel-again", "kestrel") ? "  (A/A: the noise)" : "");
            text.AppendLine($"{label,-46}{Cell("req/s", 1)}{Cell("req/s", 16)}{Cell("req/s", 64)}{Cell("CPU per request", 64)}");

            string Cell(string what, int connections)
            {
                var ratio = group.FirstOrDefault(r => r.Connections == connections && r.What == what);
                return (ratio is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.00} [{ratio.Min:0.00} .. {ratio.Max:0.00}]")).PadLeft(22);
            }
        }

        if (latencies.Count > 0)
        {
            text.AppendLine().AppendLine($"{"open loop, 1 connection, from the intended time",-46}{"samples",10}{"p50 us",10}{"p99 us",10}{"p99.9 us",10}{"max us",12}{"not 200",10}");
            foreach (var it in latencies)
            {
                text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                    $"{it.Contestant + $" at {it.RatePerSecond:0}/s",-46}{it.Samples,10}{it.P50Us,10:0.0}{it.P99Us,10:0.0}{it.P999Us,10:0.0}{it.MaxUs,12:0.0}{it.NotOk,10}"));
            }
        }

        return text.ToString();
    }

    private static string Row(string first, params string[] cells) => $"{first,-24}" + string.Concat(cells.Select(cell => cell.PadLeft(11)));
}

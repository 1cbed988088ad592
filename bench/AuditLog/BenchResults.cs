using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Bench.AuditLog;

/// <summary>What was measured, as a table and as a file.</summary>
internal sealed class BenchResults(BenchOptions options)
{
    /// <summary>The pairs that say something: only runs of one round are paired.</summary>
    private static readonly (string Of, string To)[] Pairs =
    [
        ("log-1", "bare-1"), ("product-1", "bare-1"), ("log-64", "bare-64"), ("product-64", "bare-64"), ("product-64-tenants", "bare-64"), ("product-64", "bare-1"),
        ("product-1-intent", "product-1"), ("product-64-intent", "product-64"), ("product-64-tenants-intent", "product-64-tenants"), ("full", "empty"),
    ];

    private readonly List<(string Name, int Round, Rate Rate)> _appends = [];
    private readonly List<PageResult> _pages = [];
    private readonly JsonObject _facts = new() { ["rows"] = options.Rows, ["rounds"] = options.Rounds, ["seconds"] = options.Time.TotalSeconds, ["cores"] = Environment.ProcessorCount };
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    public void Append(string name, int round, Rate rate)
    {
        _appends.Add((name, round, rate));
        Console.Error.WriteLine($"round {round + 1}: {name} {rate.PerSecond:N0}/s");
    }

    public void Page(PageResult page) => _pages.Add(page);

    public void Fact(string name, double value) => _facts[name] = value;

    public string Text()
    {
        var text = new StringBuilder().AppendLine().AppendLine("| appends, medians of the rounds | events/s | p50 us | p99 us |").AppendLine("|---|---|---|---|");
        foreach (var name in _appends.Select(append => append.Name).Distinct())
        {
            var own = _appends.Where(append => append.Name == name).Select(append => append.Rate).ToList();
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {Median(own.Select(rate => rate.PerSecond)):F0} | {Median(own.Select(rate => rate.P50)):F0} | {Median(own.Select(rate => rate.P99)):F0} |");
        }

        text.AppendLine().AppendLine("| ratio of events/s, paired in each round | median | min .. max |").AppendLine("|---|---|---|");
        foreach (var (of, to) in Pairs)
        {
            var ratios = Ratios(of, to);
            text.AppendLine(CultureInfo.InvariantCulture, $"| {of} : {to} | {Median(ratios):F2} | {ratios.Min():F2} .. {ratios.Max():F2} |");
        }

        text.AppendLine().AppendLine("| page of 50 | events on it | looked at | p50 us | p99 us |").AppendLine("|---|---|---|---|---|");
        foreach (var page in _pages)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {page.Name} | {page.Found:F1} | {page.Visited:F0} | {page.P50:F0} | {page.P99:F0} |");
        }

        return text.AppendLine().AppendLine(_facts.ToJsonString()).ToString();
    }

    public async Task<string> SaveAsync(TimeSpan took)
    {
        var web = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true };
        Directory.CreateDirectory(options.Results);
        var file = Path.Combine(options.Results, $"{_started:yyyyMMdd-HHmmss}-audit.json");
        await File.WriteAllTextAsync(file, new JsonObject
        {
            ["startedAt"] = _started,
            ["took"] = Math.Round(took.TotalSeconds),
            ["facts"] = _facts.DeepClone(),
            ["appends"] = JsonSerializer.SerializeToNode(_appends.Select(append => new { append.Name, append.Round, append.Rate }), web),
            ["pages"] = JsonSerializer.SerializeToNode(_pages, web),
        }.ToJsonString(web));
        return file;
    }

    private List<double> Ratios(string of, string to) =>
        [.. from a in _appends join b in _appends on a.Round equals b.Round where a.Name == of && b.Name == to select a.Rate.PerSecond / b.Rate.PerSecond];

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

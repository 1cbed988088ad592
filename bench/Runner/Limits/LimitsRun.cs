using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Bench.Runner.Limits;

/// <summary>What limits cost and what they protect, as ratios inside one run: takes leased and unleased, reads of memory, a tenant beside one that floods.</summary>
internal sealed class LimitsRun(Options options, Product product, JsonObject facts)
{
    private const int FloodFactor = 20;
    private const int FloodLimitPerSecond = 50;
    private const int QuietPerSecond = 200;
    private const int Connections = 16;

    private readonly List<LimitsRatio> _ratios = [];
    private readonly List<Proof> _proofs = [];

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        // The bucket of a rule that adds a permit a minute has a chunk of one: each request asks the bucket's grain. Neither is ever empty.
        var leased = await product.TenantAsync("bench-leased", Product.Limit(100_000_000, 10_000_000), cancel);
        var unleased = await product.TenantAsync("bench-unleased", Product.Limit(1, 10_000_000), cancel);
        var reads = (await product.TenantAsync("bench-reads", Product.Limit(100_000_000, 10_000_000), cancel)) with { Read = "memory://bench" };
        await product.SetMemoryAsync("bench-reads", "bench", new string('x', 1_000), cancel);
        var quiet = await product.TenantAsync("bench-quiet", Product.Limit(100_000_000, 10_000_000), cancel);
        var flood = await product.TenantAsync("bench-flood", Product.Limit(60 * FloodLimitPerSecond, FloodLimitPerSecond), cancel);
        var wrk = new Wrk(options.Repository, [product.Server]);
        foreach (var contestant in new[] { leased, unleased, reads })
        {
            await wrk.RunAsync(contestant, Connections, options.WarmupSeconds, -1, cancel);
        }

        await PacedCalls.RunAsync(quiet, QuietPerSecond, TimeSpan.FromSeconds(options.WarmupSeconds), cancel);
        for (var round = 0; round < options.Rounds; round++)
        {
            await TakesAsync(wrk, leased, unleased, reads, round, cancel);
            await NeighbourAsync(quiet, flood, round, cancel);
        }

        Console.WriteLine($"{"what: median [min .. max] of the rounds",-70}{"ratio",24}{"of",12}{"to",12}");
        foreach (var group in _ratios.GroupBy(ratio => ratio.What, StringComparer.Ordinal))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group.Key,-70}{Report.Median(group.Select(it => it.Value)),8:0.00} [{group.Min(it => it.Value):0.00} .. {group.Max(it => it.Value):0.00}]{Report.Median(group.Select(it => it.Of)),12:0}{Report.Median(group.Select(it => it.To)),12:0}"));
        }

        foreach (var proof in _proofs)
        {
            Console.WriteLine($"{(proof.Holds ? "proved" : "FAILED"),-8}{proof.When,-8}{proof.What} ({proof.Seen})");
        }

        await WriteAsync(cancel);
        return _proofs.Exists(proof => !proof.Holds) ? 1 : 0;
    }

    private async Task TakesAsync(Wrk wrk, Contestant leased, Contestant unleased, Contestant reads, int round, CancellationToken cancel)
    {
        Contestant[] order = [leased, unleased, reads];
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < order.Length; i++)
        {
            var contestant = order[(i + round) % order.Length];
            var sample = await wrk.RunAsync(contestant, Connections, options.Seconds(Connections), round, cancel);
            seen[contestant.Name] = sample.RequestsPerSecond;
            Prove(round, $"{contestant.Name}: no answer above 399, no socket error", sample.Counts is { Status: 0, SocketErrors: 0 }, $"{sample.Counts.Status} and {sample.Counts.SocketErrors} of {sample.Counts.Requests}");
        }

        Add("takes/s: leased to unleased (a call of echo each, 16 connections)", seen[leased.Name], seen[unleased.Name]);
        Add("memory resource reads/s to calls of echo/s (1 000 characters)", seen[reads.Name], seen[leased.Name]);
    }

    private async Task NeighbourAsync(Contestant quiet, Contestant flood, int round, CancellationToken cancel)
    {
        var time = TimeSpan.FromSeconds(options.Seconds(Connections));
        var alone = await PacedCalls.RunAsync(quiet, QuietPerSecond, time, cancel);
        var flooding = PacedCalls.RunAsync(flood, FloodFactor * FloodLimitPerSecond, time, cancel);
        var beside = await PacedCalls.RunAsync(quiet, QuietPerSecond, time, cancel);
        var flooded = await flooding;
        Add($"p99 us of a tenant beside one at {FloodFactor} times its limit, to alone", beside.P99Us, alone.P99Us);
        Add($"p50 us of a tenant beside one at {FloodFactor} times its limit, to alone", beside.P50Us, alone.P50Us);
        Prove(round, "the quiet tenant has no errors, alone and beside", alone.NotOk + beside.NotOk == 0, $"{alone.NotOk} and {beside.NotOk} of {alone.Calls} and {beside.Calls}");

        // A burst, and what the time gives; how many it sent is what this machine could send.
        var most = FloodLimitPerSecond * (flooded.Seconds + 1) * 1.05;
        Prove(round, "the flooding one is held to its limit", flooded.Calls - flooded.NotOk <= most, $"{flooded.Calls - flooded.NotOk} of {flooded.Calls} served in {flooded.Seconds:0.0} s, {flooded.Calls / flooded.Seconds / FloodLimitPerSecond:0.0} times its limit");
    }

    private void Add(string what, double of, double to) => _ratios.Add(new LimitsRatio(what, of / to, of, to));

    private void Prove(int round, string what, bool holds, string seen) => _proofs.Add(new Proof($"{round}", what, holds, seen));

    private async Task WriteAsync(CancellationToken cancel)
    {
        var results = Path.Combine(options.Repository, "bench", "results");
        Directory.CreateDirectory(results);
        var web = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true };
        await File.WriteAllTextAsync(Path.Combine(results, $"{DateTimeOffset.UtcNow:yyyyMMdd-HHmmss}-limits.json"), new JsonObject
        {
            ["mode"] = options.Mode,
            ["machine"] = facts,
            ["proofs"] = JsonSerializer.SerializeToNode(_proofs, web),
            ["ratios"] = JsonSerializer.SerializeToNode(_ratios, web),
        }.ToJsonString(web), cancel);
    }
}

/// <summary>One round's two figures and what the first is of the second.</summary>
internal sealed record LimitsRatio(string What, double Value, double Of, double To);

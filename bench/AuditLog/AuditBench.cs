using System.Diagnostics;

namespace Platform.Bench.AuditLog;

/// <summary>bench/audit starts this: how fast events come on record, whether it stays so in a big trail, and what a page of a search costs.</summary>
internal static class AuditBench
{
    private const int Many = 64;

    public static async Task<int> Main(string[] args)
    {
        var options = BenchOptions.Parse(args);
        var clock = Stopwatch.StartNew();
        var root = Directory.CreateTempSubdirectory("mocopr-bench-").FullName;
        try
        {
            var results = new BenchResults(options);
            await AppendsAsync(options, root, results);
            await FilledAsync(options, root, results);
            Console.WriteLine(results.Text());
            var file = await results.SaveAsync(clock.Elapsed);
            Console.WriteLine($"Written: {file} after {clock.Elapsed.TotalSeconds:0} s");
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Everything that appends, side by side and in turn; each round begins with the next one.</summary>
    private static async Task AppendsAsync(BenchOptions options, string root, BenchResults results)
    {
        using var bare = new BareLoop(Path.Combine(root, "bare.db"));
        using var log = new LogLoad(Path.Combine(root, "log"));
        await using var product = await ProductLoad.StartAsync(Path.Combine(root, "product"));
        (string Name, Func<TimeSpan, Task<Rate>> Run)[] contestants =
        [
            ("bare-1", time => bare.RunAsync(1, time)),
            ($"bare-{Many}", time => bare.RunAsync(Many, time)),
            ("log-1", time => log.RunAsync(1, time)),
            ($"log-{Many}", time => log.RunAsync(Many, time)),
            ("product-1", time => product.RunAsync(1, 1, intents: false, time)),
            ("product-1-intent", time => product.RunAsync(1, 1, intents: true, time)),
            ($"product-{Many}", time => product.RunAsync(Many, 1, intents: false, time)),
            ($"product-{Many}-intent", time => product.RunAsync(Many, 1, intents: true, time)),
            ($"product-{Many}-tenants", time => product.RunAsync(Many, 16, intents: false, time)),
            ($"product-{Many}-tenants-intent", time => product.RunAsync(Many, 16, intents: true, time)),
        ];
        foreach (var contestant in contestants)
        {
            await contestant.Run(TimeSpan.FromSeconds(1));
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            for (var i = 0; i < contestants.Length; i++)
            {
                var (name, run) = contestants[(i + round) % contestants.Length];
                results.Append(name, round, await run(options.Time));
            }
        }
    }

    /// <summary>The same appends into a trail that holds a lot and into an empty one, in turn; then pages of searches in the full one.</summary>
    private static async Task FilledAsync(BenchOptions options, string root, BenchResults results)
    {
        var path = Path.Combine(root, "full");
        using var full = new LogLoad(path);
        var filled = Stopwatch.StartNew();
        var big = await new Filling(full.Log, options.Rows).RunAsync();
        results.Fact("fillEventsPerSecond", Math.Round(options.Rows / filled.Elapsed.TotalSeconds));
        results.Fact("fullMiB", new FileInfo(full.Directory.AuditFile).Length >> 20);
        for (var round = 0; round < options.Rounds; round++)
        {
            using var empty = new LogLoad(Path.Combine(root, $"empty{round}"));
            (string Name, LogLoad Load)[] both = round % 2 == 0 ? [("empty", empty), ("full", full)] : [("full", full), ("empty", empty)];
            foreach (var (name, load) in both)
            {
                await load.RunAsync(Many, TimeSpan.FromSeconds(1));
                results.Append(name, round, await load.RunAsync(Many, options.Time));
            }
        }

        using var pages = new SearchPages(full.Directory, big);
        var indexed = Stopwatch.StartNew();
        await pages.IndexAsync();
        results.Fact("indexEventsPerSecond", Math.Round(options.Rows / indexed.Elapsed.TotalSeconds));
        results.Fact("indexMiB", new FileInfo(full.Directory.AuditSearchFile).Length >> 20);
        await foreach (var page in pages.RunAsync())
        {
            results.Page(page);
        }
    }
}

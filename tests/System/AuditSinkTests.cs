using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Diagnostics;

namespace Platform.System.Tests;

/// <summary>What leaves the store for a file is the whole trail, line by line, whenever the process was killed.</summary>
public sealed class AuditSinkTests
{
    private const string Tenant = "sinks";
    private const int Clients = 8;

    [Fact, Trait("Control", "AL-1"), Trait("Control", "AL-5")]
    public async Task A_file_has_every_event_of_the_trail_whole_and_in_order_after_kill_9_under_load()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("mocopr-sink-");
        try
        {
            await using var home = new PlatformHome($"--Platform:Audit:Sinks:File:Path={folder.FullName}/audit.jsonl", "--Platform:Audit:Sinks:File:MaxBytes=1048576");
            var process = await home.StartAsync(cancel);
            using var management = await home.ManagementAsync(cancel);
            await management.CreateTenantAsync(Tenant, cancel);
            var key = await management.IssueKeyAsync(Tenant, cancel);
            for (var round = 0; round < 3; round++)
            {
                await KillUnderLoadAsync(process, home.Endpoint(Tenant), key.Secret, 400, cancel);
                process = await home.StartAsync(cancel);
            }

            var events = (await management.AuditEventsAsync(Tenant, cancel)).Count;
            var trail = await TrailAsync(folder.FullName, events, cancel);

            Assert.True(events > 1_000, $"Only {events} events.");
            Assert.Equal(Enumerable.Range(1, events).Select(n => (long)n), trail.Select(line => line.Sequence));
            AssertChained(trail);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The longest trail in the files: first appearances, in the order of the lines; it waits until there are so many.</summary>
    private static async Task<List<Line>> TrailAsync(string folder, int events, CancellationToken cancel)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(100, cancel))
        {
            var longest = Directory.GetFiles(folder, "audit.jsonl.0*").Order(StringComparer.Ordinal).Append(Path.Combine(folder, "audit.jsonl"))
                .SelectMany(File.ReadLines)
                .Select(Line.Read)
                .GroupBy(line => line.Tenant, StringComparer.Ordinal)
                .Select(trail => trail.DistinctBy(line => line.Sequence).ToList())
                .MaxBy(trail => trail.Count)!;
            if (longest.Count >= events)
            {
                return longest;
            }

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{longest.Count} of {events} events reached the file within a minute.");
        }
    }

    private static void AssertChained(List<Line> trail)
    {
        var hash = new byte[32];
        foreach (var line in trail)
        {
            hash = SHA256.HashData([0, .. hash, .. Encoding.UTF8.GetBytes(line.Record)]);
            Assert.Equal(Convert.ToHexStringLower(hash), line.Hash);
        }
    }

    private static async Task KillUnderLoadAsync(PlatformProcess process, Uri endpoint, string key, int calls, CancellationToken cancel)
    {
        var answered = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            using var mcp = new RawMcp(endpoint, key);
            try
            {
                while (true)
                {
                    Assert.True((await mcp.EchoAsync("load", cancel)).Ok);
                    if (Interlocked.Increment(ref answered) == calls)
                    {
                        enough.TrySetResult();
                    }
                }
            }
            catch (HttpRequestException)
            {
                // Killed.
            }
        }, cancel)).ToList();
        await enough.Task.WaitAsync(TimeSpan.FromSeconds(60), cancel);
        await process.KillAsync(cancel);
        await Task.WhenAll(clients);
    }

    private sealed record Line(string Tenant, long Sequence, string Hash, string Record)
    {
        /// <summary>A line that is torn is no JSON, and fails the test here.</summary>
        public static Line Read(string text)
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text), new JsonDocumentOptions());
            var line = document.RootElement;
            var record = line.GetProperty("event");
            return new Line(record.GetProperty("tenant").GetString()!, line.GetProperty("seq").GetInt64(), line.GetProperty("hash").GetString()!, record.GetRawText());
        }
    }
}

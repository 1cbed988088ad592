using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Platform.System.Tests;

/// <summary>An acknowledgement is a promise that survives kill -9: the write and its audit event are on disk.</summary>
public sealed class CrashTests
{
    private const int Rounds = 3;
    private const int Clients = 8;
    private const string Tenant = "crash";

    [Fact, Trait("Control", "AL-5")]
    public async Task Acknowledged_writes_and_their_audit_events_survive_kill_9_under_load()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        var process = await home.StartAsync(cancel);
        using var management = await home.ManagementAsync(cancel);
        await management.CreateTenantAsync(Tenant, cancel);
        var key = await management.IssueKeyAsync(Tenant, cancel);
        var acknowledged = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var reads = 0;

        for (var round = 0; round < Rounds; round++)
        {
            var before = acknowledged.Count;
            await KillUnderLoadAsync(process, home.Endpoint(Tenant), key.Secret, round, acknowledged, cancel);
            TestContext.Current.TestOutputHelper?.WriteLine($"round {round}: {acknowledged.Count - before} acknowledged when it was killed");
            process = await home.StartAsync(cancel);

            await Parallel.ForEachAsync(Lanes(acknowledged), cancel, async (lane, stop) =>
            {
                using var mcp = new RawMcp(home.Endpoint(Tenant), key.Secret);
                foreach (var (name, value) in lane)
                {
                    var got = await mcp.CallAsync("memory_get", new JsonObject { ["key"] = name }, stop);
                    Assert.True(got.Ok && got.Text.Contains(value, StringComparison.Ordinal), $"{name} was acknowledged with {value} and is lost: {got}");
                    Interlocked.Increment(ref reads);
                }
            });

            await management.VerifiedEventsAsync(Tenant, cancel);
            var events = await management.AuditEventsAsync(Tenant, cancel);
            Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(it => it.Sequence).Order());
            var accepted = events.Where(it => it is { Action: "tools/call", Outcome: "ok" }).ToList();
            Assert.True(Of("memory_set") >= acknowledged.Count, $"{Of("memory_set")} events of {acknowledged.Count} acknowledged memory_set calls");
            Assert.True(Of("memory_get") >= reads, $"{Of("memory_get")} events of {reads} acknowledged memory_get calls");

            int Of(string tool) => accepted.Count(it => it.Target?.Contains(tool, StringComparison.Ordinal) == true);
        }
    }

    private static async Task KillUnderLoadAsync(
        PlatformProcess process, Uri endpoint, string key, int round, ConcurrentDictionary<string, string> acknowledged, CancellationToken cancel)
    {
        // A different moment each round; enough calls that the kill falls into the middle of several.
        var target = acknowledged.Count + 150 + RandomNumberGenerator.GetInt32(300);
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await using var given = patience.Token.Register(() => enough.TrySetResult());
        var refusals = new ConcurrentQueue<string>();
        var killed = 0;
        var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            using var mcp = new RawMcp(endpoint, key);
            for (var i = 0; Volatile.Read(ref killed) == 0; i++)
            {
                var name = $"r{round}c{client}n{i}";
                var value = $"value{RandomNumberGenerator.GetHexString(16)}";
                try
                {
                    var reply = await mcp.CallAsync("memory_set", new JsonObject { ["key"] = name, ["value"] = value }, cancel);
                    if (reply.Ok)
                    {
                        acknowledged[name] = value;
                    }
                    else
                    {
                        refusals.Enqueue(reply.ToString());
                        break;
                    }
                }
                catch (HttpRequestException)
                {
                    // Killed: what was under way is unknown and promised nothing.
                    break;
                }

                if (acknowledged.Count >= target)
                {
                    enough.TrySetResult();
                }
            }
        }, cancel)).ToList();

        await enough.Task;
        await process.KillAsync(cancel);
        Volatile.Write(ref killed, 1);
        await Task.WhenAll(clients);
        Assert.Empty(refusals);
        Assert.True(acknowledged.Count >= target, $"Only {acknowledged.Count} of {target} calls were acknowledged in 30 s.\n{process.Output}");
    }

    private static IEnumerable<KeyValuePair<string, string>[]> Lanes(ConcurrentDictionary<string, string> entries) =>
        entries.Select((entry, i) => (entry, i)).GroupBy(pair => pair.i % Clients, pair => pair.entry).Select(group => group.ToArray());
}

using System.Security.Cryptography;

namespace Platform.System.Tests;

/// <summary>A quota survives kill -9: whoever was served is counted, nothing is counted twice, and nothing that was used is free again.</summary>
[Trait("Control", "IN-8")]
public sealed class QuotaTests
{
    private const int Clients = 8;
    private const int Kills = 2;
    private const int PerDay = 4_000;

    /// <summary>What docs/rate-limits.md publishes: a 64th of what is left.</summary>
    private const int Chunk = PerDay / 64;
    private const string Tenant = "quota";

    [Fact]
    public async Task A_quota_is_counted_once_whatever_is_killed_under_load()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        var process = await home.StartAsync(cancel);
        using var management = await home.ManagementAsync(cancel);
        await management.CreateTenantAsync(Tenant, cancel);
        var key = await management.IssueKeyAsync(Tenant, cancel);
        await management.SetQuotaAsync(Tenant, PerDay, cancel);
        var begun = TimeProvider.System.GetUtcNow().Date;
        var load = new Load(home.Endpoint(Tenant), key.Secret);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await load.RunAsync(process, load.Acknowledged + 200 + RandomNumberGenerator.GetInt32(200), cancel);
            process = await home.StartAsync(cancel);
            var used = await management.UsedTodayAsync(Tenant, cancel);
            TestContext.Current.TestOutputHelper?.WriteLine($"kill {kill}: {load.Sent} sent, {load.Acknowledged} acknowledged, {used} used");

            // A lost lease counts as used: one for each kill.
            Assert.InRange(used, load.Acknowledged, load.Sent + (kill * Chunk));
        }

        await load.RunAsync(null, int.MaxValue, cancel);
        Assert.SkipUnless(begun == TimeProvider.System.GetUtcNow().Date, "Midnight of UTC came between.");
        Assert.Equal(PerDay, await management.UsedTodayAsync(Tenant, cancel));
        Assert.InRange(load.Acknowledged, PerDay - (Kills * Chunk) - load.Unanswered, PerDay);
    }

    [Fact]
    public async Task A_restart_in_the_ordinary_way_loses_no_permit()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        var process = await home.StartAsync(cancel);
        using var management = await home.ManagementAsync(cancel);
        await management.CreateTenantAsync(Tenant, cancel);
        var key = await management.IssueKeyAsync(Tenant, cancel);
        await management.SetQuotaAsync(Tenant, PerDay, cancel);
        using (var mcp = new RawMcp(home.Endpoint(Tenant), key.Secret))
        {
            Assert.True((await mcp.EchoAsync("once", cancel)).Ok);
        }

        Assert.Equal(Chunk, await management.UsedTodayAsync(Tenant, cancel));
        Assert.Equal(0, await process.StopAsync(TimeSpan.FromSeconds(30), cancel));
        await home.StartAsync(cancel);

        Assert.Equal(1, await management.UsedTodayAsync(Tenant, cancel));
    }

    /// <summary>Clients that call until the process dies or the quota refuses.</summary>
    private sealed class Load(Uri endpoint, string key)
    {
        private int _sent;
        private int _answered;
        private int _acknowledged;

        public int Sent => _sent;

        public int Acknowledged => _acknowledged;

        public int Unanswered => _sent - _answered;

        /// <param name="victim">Is killed once so many calls are acknowledged; null for nobody.</param>
        /// <param name="target">Acknowledged calls of all runs.</param>
        /// <param name="cancel">Gives up.</param>
        public async Task RunAsync(PlatformProcess? victim, int target, CancellationToken cancel)
        {
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var clients = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => CallAsync(target, enough, cancel), cancel)));
            if (victim is not null)
            {
                Assert.Same(enough.Task, await Task.WhenAny(enough.Task, clients).WaitAsync(TimeSpan.FromSeconds(60), cancel));
                await victim.KillAsync(cancel);
            }

            await clients.WaitAsync(TimeSpan.FromSeconds(120), cancel);
        }

        private async Task CallAsync(int target, TaskCompletionSource enough, CancellationToken cancel)
        {
            using var mcp = new RawMcp(endpoint, key);
            try
            {
                while (true)
                {
                    Interlocked.Increment(ref _sent);
                    var reply = await mcp.EchoAsync("load", cancel);
                    Interlocked.Increment(ref _answered);
                    if (!reply.Ok)
                    {
                        Assert.Equal((429, "quota-exceeded"), (reply.Status, reply.Body?["error"]?["data"]?["code"]?.GetValue<string>()));
                        return;
                    }

                    if (Interlocked.Increment(ref _acknowledged) >= target)
                    {
                        enough.TrySetResult();
                    }
                }
            }
            catch (HttpRequestException)
            {
                // Killed: what was under way is unknown.
            }
        }
    }
}

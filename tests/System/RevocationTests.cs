using System.Diagnostics;

namespace Platform.System.Tests;

/// <summary>Taking access away works within five seconds, on connections that are open and busy.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class RevocationTests(RunningPlatform platform)
{
    private const int Clients = 6;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    [Fact, Trait("Control", "AZ-6"), Trait("Control", "IR-2")]
    public async Task Revoked_key_gets_nothing_5_seconds_after_the_acknowledgement()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, endpoint, key) = await platform.NewTenantAsync(cancel);
        var other = await platform.Management.IssueKeyAsync(slug, cancel);

        await AssertCutOffAsync(endpoint, key.Secret, 401, () => platform.Management.RevokeKeyAsync(slug, key.Id, cancel), cancel);

        using var mcp = new RawMcp(endpoint, other.Secret);
        var reply = await mcp.EchoAsync("another key", cancel);
        Assert.True(reply.Ok, $"Only one key was revoked: {reply}");
    }

    [Fact, Trait("Control", "AZ-6"), Trait("Control", "IR-2")]
    public async Task Suspended_tenant_gets_nothing_5_seconds_after_the_acknowledgement_and_resumes()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, endpoint, key) = await platform.NewTenantAsync(cancel);
        var (_, otherEndpoint, otherKey) = await platform.NewTenantAsync(cancel);

        await AssertCutOffAsync(endpoint, key.Secret, 403, () => platform.Management.SuspendTenantAsync(slug, cancel), cancel);

        using (var other = new RawMcp(otherEndpoint, otherKey.Secret))
        {
            var reply = await other.EchoAsync("another tenant", cancel);
            Assert.True(reply.Ok, $"Only one tenant was suspended: {reply}");
        }

        await platform.Management.ResumeTenantAsync(slug, cancel);
        using var mcp = new RawMcp(endpoint, key.Secret);
        var watch = Stopwatch.StartNew();
        RpcReply again;
        do
        {
            await Task.Delay(100, cancel);
            again = await mcp.EchoAsync("again", cancel);
        }
        while (!again.Ok && watch.Elapsed < Grace);
        Assert.True(again.Ok, $"Not served again {Grace.TotalSeconds} s after it was resumed: {again}");
    }

    private static async Task AssertCutOffAsync(Uri endpoint, string key, int status, Func<Task> takeAway, CancellationToken cancel)
    {
        long last = 0, successes = 0, refusals = 0;
        var wrong = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            using var mcp = new RawMcp(endpoint, key);
            while (!stop.IsCancellationRequested)
            {
                var reply = await mcp.EchoAsync("load", cancel);
                if (reply.Ok)
                {
                    // Answers come in any order: keep the latest.
                    var now = Stopwatch.GetTimestamp();
                    for (var seen = Volatile.Read(ref last); seen < now && Interlocked.CompareExchange(ref last, now, seen) != seen; seen = Volatile.Read(ref last))
                    {
                    }

                    Interlocked.Increment(ref successes);
                }
                else
                {
                    Interlocked.Increment(ref refusals);
                    // Who goes on asking with a credential that is worth nothing is told to slow down.
                    if (reply.Status != status && reply.Status != 429)
                    {
                        Interlocked.Exchange(ref wrong, reply.Status);
                    }

                    // A refused client that hammers on would only heat the machine.
                    await Task.Delay(10, cancel);
                }
            }
        }, cancel)).ToList();

        await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        var before = Volatile.Read(ref successes);
        Assert.True(before > Clients, $"There was no load: {before} answers.");
        await takeAway();
        var acknowledged = Stopwatch.GetTimestamp();
        await Task.Delay(Grace + TimeSpan.FromSeconds(2), cancel);
        await stop.CancelAsync();
        await Task.WhenAll(clients);

        var late = Stopwatch.GetElapsedTime(acknowledged, Volatile.Read(ref last));
        TestContext.Current.TestOutputHelper?.WriteLine($"last success {late.TotalMilliseconds:0} ms after the acknowledgement, {successes} successes, {refusals} refusals");
        Assert.True(late <= Grace, $"Served {late.TotalSeconds:0.0} s after the acknowledgement.");
        Assert.True(refusals > 0, "Nothing was refused.");
        Assert.Equal(0, wrong);
    }
}

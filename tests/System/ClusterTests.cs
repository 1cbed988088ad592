using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Platform.System.Tests;

/// <summary>Two processes of the built product are one platform on one PostgreSQL.</summary>
public sealed class ClusterTests
{
    private const int Clients = 8;
    private const string Tenant = "cluster";
    private static readonly TimeSpan Revoked = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Resumed = TimeSpan.FromSeconds(30);

    [Fact, Trait("Control", "AZ-6"), Trait("Control", "IR-2")]
    public async Task What_one_node_does_the_other_knows()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = await ClusterHome.CreateAsync(cancel);
        await home.StartAsync(cancel);
        using var one = await home.ManagementAsync(0, cancel);
        using var other = await home.ManagementAsync(1, cancel);
        await one.CreateTenantAsync(Tenant, cancel);
        var key = await one.IssueKeyAsync(Tenant, cancel);
        using var here = new RawMcp(home.Nodes[0].Endpoint(Tenant), key.Secret);
        using var there = new RawMcp(home.Nodes[1].Endpoint(Tenant), key.Secret);

        var set = await here.CallAsync("memory_set", new JsonObject { ["key"] = "shared", ["value"] = "from one" }, cancel);
        var got = await there.CallAsync("memory_get", new JsonObject { ["key"] = "shared" }, cancel);
        Assert.True(set.Ok && got.Ok && got.Text.Contains("from one", StringComparison.Ordinal), $"{set} {got}");

        await other.RevokeKeyAsync(Tenant, key.Id, cancel);
        var watch = Stopwatch.StartNew();
        while ((await here.EchoAsync("still", cancel)).Ok)
        {
            Assert.True(watch.Elapsed < Revoked, "A key that one node revoked is served by the other.");
            await Task.Delay(20, cancel);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"refused by the other node {watch.ElapsedMilliseconds} ms after the acknowledgement");
        var seen = await one.VerifiedEventsAsync(Tenant, cancel);
        Assert.InRange(await other.VerifiedEventsAsync(Tenant, cancel), seen, seen + 1);
    }

    [Fact, Trait("Control", "CF-4")]
    public async Task Two_nodes_that_start_at_once_on_an_empty_database_make_one_first_start()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = await ClusterHome.CreateAsync(cancel);

        await Task.WhenAll(home.Nodes.Select(node => node.StartAsync(cancel)));

        Assert.Single(home.Nodes, node => File.Exists(node.BootFile));
    }

    [Fact, Trait("Control", "TR-1")]
    public async Task Whoever_is_no_silo_gets_no_word_from_a_silo()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = await ClusterHome.CreateAsync(cancel);
        await home.Nodes[0].StartAsync(cancel);

        using var plain = new TcpClient();
        await plain.ConnectAsync("127.0.0.1", home.Nodes[0].SiloPort, cancel);
        await plain.GetStream().WriteAsync(new byte[64], cancel);
        var answer = new byte[64];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(20));

        // At most TLS' own alert.
        Assert.InRange(await HearAsync(plain.GetStream(), answer, patience.Token), 0, 7);

        using var nameless = new TcpClient();
        await nameless.ConnectAsync("127.0.0.1", home.Nodes[0].SiloPort, cancel);
#pragma warning disable CA5359 // Somebody who does not care whom they talk to.
        await using var tls = new SslStream(nameless.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "silo", EnabledSslProtocols = SslProtocols.Tls13 }, patience.Token);
            Assert.Equal(0, await tls.ReadAsync(answer, patience.Token));
            throw new IOException("It was closed without a word.");
        });
    }

    [Fact, Trait("Control", "AL-5"), Trait("Control", "AL-4")]
    public async Task Kill_9_of_one_of_two_nodes_loses_nothing_that_was_acknowledged_and_the_other_serves_on()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = await ClusterHome.CreateAsync(cancel);
        var processes = await home.StartAsync(cancel);
        using var survivor = await home.ManagementAsync(0, cancel);
        await survivor.CreateTenantAsync(Tenant, cancel);
        var key = await survivor.IssueKeyAsync(Tenant, cancel);
        using var load = new MixedLoad(home, Tenant, key.Secret, survivor);

        var running = load.RunAsync(Clients, cancel);
        await load.AcknowledgedAsync(400, TimeSpan.FromSeconds(60), cancel);
        await processes[1].KillAsync(cancel);
        var killed = Stopwatch.GetTimestamp();
        var outage = await load.ResumedAsync(after: 100, Resumed, cancel);
        await load.StopAsync();
        await running;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{load.Writes.Count} writes, {load.Keys.Count} keys and {load.Calls} calls acknowledged, {load.Refusals.Count} not; longest silence of the survivor {outage.TotalMilliseconds:0} ms, 100 acknowledgements {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s after the kill");

        Assert.DoesNotContain(load.Refusals, refusal => refusal.Contains("nternal", StringComparison.Ordinal));
        await AssertKeptAsync(home.Nodes[0], survivor, load, key.Secret, cancel);

        // It comes back as another silo of the same cluster, and serves what was written without it.
        await home.Nodes[1].StartAsync(cancel);
        using var back = await home.ManagementAsync(1, cancel);
        await AssertKeptAsync(home.Nodes[1], back, load, key.Secret, cancel);
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_node_that_is_told_to_stop_ends_what_it_took_and_costs_at_most_what_was_on_its_way_to_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = await ClusterHome.CreateAsync(cancel, "--Platform:Cluster:Drain=00:00:03");
        var processes = await home.StartAsync(cancel);
        using var survivor = await home.ManagementAsync(0, cancel);
        await survivor.CreateTenantAsync(Tenant, cancel);
        var key = await survivor.IssueKeyAsync(Tenant, cancel);
        using var load = new MixedLoad(home, Tenant, key.Secret, survivor);

        var running = load.RunAsync(Clients, cancel);
        await load.AcknowledgedAsync(200, TimeSpan.FromSeconds(60), cancel);
        var stopping = processes[1].StopAsync(TimeSpan.FromSeconds(60), cancel);
        var unready = await UnreadyAsync(home.Nodes[1], cancel);
        Assert.Equal(0, await stopping);
        var silence = await load.ResumedAsync(after: 100, Resumed, cancel);
        await load.StopAsync();
        await running;
        TestContext.Current.TestOutputHelper?.WriteLine($"longest silence of the other node {silence.TotalMilliseconds:0} ms");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, unready);

        // Mostly none. A call of the other node that is on the wire when the silo goes cannot be known to have run: 503, once for each client at most.
        var refused = string.Join('\n', load.Refusals.Take(20));
        Assert.True(load.Refusals.Count <= Clients + 1, refused);
        Assert.All(load.Refusals, refusal => Assert.Contains("It may have been done: look before you try again.", refusal, StringComparison.Ordinal));
        await AssertKeptAsync(home.Nodes[0], survivor, load, key.Secret, cancel);
    }

    /// <summary>What the node's readiness says as soon as it is not 200.</summary>
    private static async Task<HttpStatusCode> UnreadyAsync(PlatformHome node, CancellationToken cancel)
    {
        using var http = new HttpClient();
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(20, cancel))
        {
            using var answer = await http.GetAsync(new Uri(node.Management, "/health/ready"), cancel);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return answer.StatusCode;
            }

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "A node that was told to stop says that it is ready.");
        }
    }

    private static async Task<int> HearAsync(Stream stream, byte[] answer, CancellationToken cancel)
    {
        try
        {
            return await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancel);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static async Task AssertKeptAsync(PlatformHome node, ManagementApi management, MixedLoad load, string key, CancellationToken cancel)
    {
        await Parallel.ForEachAsync(load.Writes.Chunk((load.Writes.Count / Clients) + 1), cancel, async (lane, stop) =>
        {
            using var mcp = new RawMcp(node.Endpoint(Tenant), key);
            foreach (var (name, value) in lane)
            {
                var got = await mcp.CallAsync("memory_get", new JsonObject { ["key"] = name }, stop);
                Assert.True(got.Ok && got.Text.Contains(value, StringComparison.Ordinal), $"{name} was acknowledged with {value} and is lost: {got}");
            }
        });
        foreach (var issued in load.Keys)
        {
            using var mcp = new RawMcp(node.Endpoint(Tenant), issued.Secret);
            var reply = await mcp.EchoAsync("hello", cancel);
            Assert.True(reply.Ok, $"The key {issued.Id} was issued and is not known: {reply}");
        }

        await management.VerifiedEventsAsync(Tenant, cancel);
        var events = await management.AuditEventsAsync(Tenant, cancel);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(it => it.Sequence).Order());
        var accepted = events.Where(it => it.Outcome == "ok").ToList();
        var written = accepted.Count(it => it.Action == "tools/call" && it.Target?.Contains("memory_set", StringComparison.Ordinal) == true);
        Assert.True(written >= load.Writes.Count, $"{written} events of {load.Writes.Count} acknowledged writes");
        var issuedEvents = accepted.Count(it => it.Action == "keys/issue");
        Assert.True(issuedEvents >= load.Keys.Count, $"{issuedEvents} events of {load.Keys.Count} acknowledged keys");
    }
}

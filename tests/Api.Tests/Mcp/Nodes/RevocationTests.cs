using System.Buffers.Text;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;
using Platform.Testing;

namespace Platform.Api.Tests.Mcp.Nodes;

/// <summary>What is taken away is gone on both nodes within five seconds, for who asks under load and for who listens (AZ-6).</summary>
[Trait("Control", "AZ-6")]
public sealed class RevocationTests(RevocationTests.Cluster cluster) : IClassFixture<RevocationTests.Cluster>
{
    private const int One = 0;
    private const int Other = 1;
    private const string Subscription = """ "notifications":{"resourcesListChanged":true} """;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>How long after the grace successes are looked for.</summary>
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(2);

    /// <summary>What ends a credential.</summary>
    public static TheoryData<string> Ends => ["key revoked", "tenant suspended", "principal blocked", "credentials revoked", "tenant deleted"];

    /// <summary>What takes what a call needs, the credential or not.</summary>
    public static TheoryData<string> Ways => [.. Ends, "roles taken"];

    [Theory, MemberData(nameof(Ways))]
    public async Task Nobody_is_served_on_either_node_5_seconds_after_the_acknowledgement(string way)
    {
        var (tenant, slug, key) = await cluster.Nodes.GivenTenantAsync();
        var bystander = await cluster.Nodes.GivenTenantAsync();
        using var mine = new NodeClient(cluster.Nodes, tenant, slug, key);
        using var theirs = new NodeClient(cluster.Nodes, bystander.Id, bystander.Slug, bystander.Key);

        await AssertRefusedInTimeAsync(mine, () => TakeAwayAsync(way, tenant, key));

        Assert.Equal((200, 200), (await theirs.PostModernAsync(One), await theirs.PostModernAsync(Other)));
    }

    [Fact, Trait("Control", "IR-2")]
    public async Task Nothing_is_written_on_either_node_5_seconds_after_a_tenant_became_read_only()
    {
        using var client = await NodeClient.MakeAsync(cluster.Nodes);
        Assert.True((await client.WriteMemoryAsync(One, "a", "b")).TryGetProperty("result", out _));
        Assert.True((await client.WriteMemoryAsync(Other, "a", "b")).TryGetProperty("result", out _));

        await cluster.Nodes.MakeReadOnlyAsync(client.Tenant);
        await Task.Delay(Grace, TestContext.Current.CancellationToken);

        foreach (var node in (int[])[One, Other])
        {
            Assert.Equal(40305, (await client.WriteMemoryAsync(node, "a", "c")).GetProperty("error").GetProperty("code").GetInt32());
            Assert.Equal("b", (await client.CallAsync(node, "memory_get", """{"key":"a"}""")).GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
        }
    }

    [Theory]
    [InlineData(RevokedKind.Token, "jti")]
    [InlineData(RevokedKind.Family, "family")]
    [InlineData(RevokedKind.Principal, "sub")]
    [InlineData(RevokedKind.Tenant, "")]
    [Trait("Control", "AU-3")]
    public async Task An_access_token_is_served_on_neither_node_5_seconds_after_it_was_taken_back(RevokedKind kind, string claim)
    {
        var (tenant, slug, key) = await cluster.Nodes.GivenTenantAsync();
        var (taken, other) = (await cluster.Nodes.SignTokenAsync(tenant, slug, key), await cluster.Nodes.SignTokenAsync(tenant, slug, key));
        using var mine = new NodeClient(cluster.Nodes, tenant, slug, taken);
        using var theirs = new NodeClient(cluster.Nodes, tenant, slug, other);

        await AssertRefusedInTimeAsync(mine, () => cluster.Nodes.RevokeTokensAsync(tenant, kind, claim.Length == 0 ? TokenRevocation.Everything : ClaimOf(taken, claim)));

        // Another token of the same principal. By then the address was refused so often that it may hear 429 instead of 401.
        var isServed = kind is RevokedKind.Token or RevokedKind.Family;
        Assert.Equal((isServed, isServed), (await theirs.PostModernAsync(One) == 200, await theirs.PostModernAsync(Other) == 200));
    }

    [Theory, MemberData(nameof(Ends))]
    [Trait("Control", "TR-10")]
    public async Task Open_streams_end_on_both_nodes_with_the_next_beat(string way)
    {
        var (tenant, slug, key) = await cluster.Nodes.GivenTenantAsync();
        using var client = new NodeClient(cluster.Nodes, tenant, slug, key);
        using var one = await client.OpenModernAsync(One, "subscriptions/listen", Subscription);
        using var other = await client.OpenModernAsync(Other, "subscriptions/listen", Subscription);
        await one.UntilAsync("notifications/subscriptions/acknowledged");
        await other.UntilAsync("notifications/subscriptions/acknowledged");

        await TakeAwayAsync(way, tenant, key);

        Assert.NotNull(await EndOfAsync(one));
        Assert.NotNull(await EndOfAsync(other));
    }

    [Theory, MemberData(nameof(Ends))]
    [Trait("Control", "TR-10")]
    public async Task Open_sockets_are_closed_on_both_nodes(string way)
    {
        var (tenant, slug, key) = await cluster.Nodes.GivenTenantAsync();
        using var one = await OpenSocketAsync(One, slug, key);
        using var other = await OpenSocketAsync(Other, slug, key);

        await TakeAwayAsync(way, tenant, key);

        var code = way is "tenant suspended" or "tenant deleted" ? 4403 : 4401;
        Assert.Equal((code, code), (await ClosedAsync(one), await ClosedAsync(other)));
    }

    [Fact]
    [Trait("Control", "TR-10")]
    public async Task Streams_and_sockets_of_another_tenant_stay_open()
    {
        var (gone, _, key) = await cluster.Nodes.GivenTenantAsync();
        var bystander = await cluster.Nodes.GivenTenantAsync();
        using var client = new NodeClient(cluster.Nodes, bystander.Id, bystander.Slug, bystander.Key);
        using var stream = await client.OpenModernAsync(Other, "subscriptions/listen", Subscription);
        await stream.UntilAsync("notifications/subscriptions/acknowledged");

        await TakeAwayAsync("key revoked", gone, key);
        await client.WriteMemoryAsync(One, "new", "value");

        await stream.UntilAsync("notifications/resources/list_changed");
    }

    private static string ClaimOf(string token, string claim) =>
        JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(token.Split('.')[1])).GetProperty(claim).GetString()!;

    private Task TakeAwayAsync(string way, TenantId tenant, string key) => way switch
    {
        "key revoked" => cluster.Nodes.RevokeAsync(tenant, key[10..18]),
        "principal blocked" => cluster.Nodes.BlockAsync(tenant, key[10..18]),
        "credentials revoked" => cluster.Nodes.RevokeCredentialsAsync(tenant),
        "roles taken" => cluster.Nodes.TakeRolesAsync(tenant, key[10..18]),
        "tenant deleted" => cluster.Nodes.DeleteAsync(tenant),
        _ => cluster.Nodes.SuspendAsync(tenant),
    };

    /// <summary>Loads both nodes with a credential, takes it away meanwhile, and looks for successes after the grace.</summary>
    private static async Task AssertRefusedInTimeAsync(NodeClient client, Func<Task> takeAway)
    {
        using var stop = new CancellationTokenSource();
        var load = new[] { One, One, Other, Other }.Select(node => Task.Run(() => LoadAsync(client, node, stop.Token))).ToArray();
        await Task.WhenAll(load.Select((_, i) => client.PostModernAsync(i % 2)));

        await takeAway();
        var acknowledged = TimeProvider.System.GetTimestamp();
        await Task.Delay(Grace + Watch, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        var seen = await Task.WhenAll(load);

        Assert.All(seen, worker => Assert.InRange(worker.Served, 1, int.MaxValue));
        Assert.All(seen, worker => Assert.InRange(worker.Refused, 1, int.MaxValue));
        Assert.All(seen, worker => Assert.True(TimeProvider.System.GetElapsedTime(acknowledged, worker.Last) <= Grace, $"Served {TimeProvider.System.GetElapsedTime(acknowledged, worker.Last)} after the acknowledgement."));
    }

    private static async Task<(int Served, int Refused, long Last)> LoadAsync(NodeClient client, int node, CancellationToken stop)
    {
        var (served, refused, last) = (0, 0, 0L);
        while (!stop.IsCancellationRequested)
        {
            if (await client.PostModernAsync(node) == 200)
            {
                (served, last) = (served + 1, TimeProvider.System.GetTimestamp());
            }
            else
            {
                refused++;
                await Task.Delay(10, CancellationToken.None);
            }
        }

        return (served, refused, last);
    }

    /// <summary>The stream's last message, once it has ended.</summary>
    private static async Task<StreamEvent?> EndOfAsync(EventStream stream)
    {
        StreamEvent? last = null;
        while (await stream.NextAsync() is { } heard)
        {
            last = heard;
        }

        return last;
    }

    private async Task<ClientWebSocket> OpenSocketAsync(int node, string slug, string key)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mcp");
        socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        await socket.ConnectAsync(new Uri($"ws://{cluster.Nodes.Endpoint(node, slug).Authority}/t/{slug}/ws"), TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<int> ClosedAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(EventStream.Patience);
        var buffer = new byte[4_096];
        while ((await socket.ReceiveAsync(buffer, patience.Token)).MessageType != WebSocketMessageType.Close)
        {
        }

        return (int)socket.CloseStatus!.Value;
    }

    /// <summary>Two nodes whose streams beat fast: what takes 15 s in the product takes a fifth of a second.</summary>
    public sealed class Cluster : IAsyncLifetime
    {
        internal TwoNodes Nodes { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Nodes = await TwoNodes.StartAsync(services => services.Configure<ApiOptions>(options => options.StreamBeat = TimeSpan.FromMilliseconds(200)));

        public ValueTask DisposeAsync() => Nodes.DisposeAsync();
    }
}

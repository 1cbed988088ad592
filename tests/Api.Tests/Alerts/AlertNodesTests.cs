using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenants;
using Platform.Api.Tests.Mcp.Nodes;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Alerts;

/// <summary>Two nodes count one tenant.</summary>
[Trait("Control", "AL-6")]
public sealed class AlertNodesTests(AlertNodesTests.Cluster cluster) : IClassFixture<AlertNodesTests.Cluster>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(5, 5, 1)]
    [InlineData(5, 4, 0)]
    public async Task Failures_on_two_nodes_add_up_to_the_last_one(int first, int second, int alerts)
    {
        var (tenant, slug, key) = await cluster.Nodes.GivenTenantAsync();
        using var guesser = new NodeClient(cluster.Nodes, tenant, slug, KeyForge.OtherSecret(key));
        await RefusedAsync(guesser, node: 0, first);
        await RefusedAsync(guesser, node: 1, second);

        await CountedAsync(tenant, first + second);
        Assert.Equal(alerts, (await cluster.Nodes.AlertsAsync(tenant)).Length);
    }

    [Fact]
    public async Task A_node_that_is_killed_takes_no_more_than_its_last_second_with_it()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var (tenant, slug, key) = await nodes.GivenTenantAsync();
        using var guesser = new NodeClient(nodes, tenant, slug, KeyForge.OtherSecret(key));
        await RefusedAsync(guesser, node: 1, 5);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await nodes.KillAsync(1);

        // The counts were kept by the silo that is left, or on disk by the one that was lost.
        await RefusedAsync(guesser, node: 0, 5);
        var started = TimeProvider.System.GetTimestamp();
        while ((await nodes.AlertsAsync(tenant)).Length == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "Nothing fired.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(10, Assert.Single(await nodes.AlertsAsync(tenant)).Value);
    }

    private static async Task RefusedAsync(NodeClient guesser, int node, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(401, (await guesser.PostAsync(node, Wire.Body())).Status);
        }
    }

    private async Task CountedAsync(TenantId tenant, decimal failures)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await ValueAsync(tenant) < failures)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "The failures were not counted.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(failures, await ValueAsync(tenant));
    }

    private async Task<decimal?> ValueAsync(TenantId tenant) => (await cluster.Nodes.AlertRulesAsync(tenant)).Single(rule => rule.Signal == AlertSignal.AuthFailures).Value;

    public sealed class Cluster : IAsyncLifetime
    {
        public TwoNodes Nodes { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Nodes = await TwoNodes.StartAsync();

        public ValueTask DisposeAsync() => Nodes.DisposeAsync();
    }
}

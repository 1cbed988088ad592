using Platform.Abstractions.Tenants;
using Platform.Api.Tests.Mcp.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Authentication.Tokens;

/// <summary>Tokens are the same on every node, and so is the end of their key.</summary>
[Trait("Control", "AU-4")]
public sealed class TokenNodesTests(TokenNodesTests.Cluster cluster) : IClassFixture<TokenNodesTests.Cluster>
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

    [Fact]
    public async Task A_key_that_was_disabled_in_an_emergency_is_refused_on_every_node_at_once()
    {
        var (tenant, slug, key) = await cluster.Nodes.GivenTenantAsync();
        var old = await cluster.Nodes.SignTokenAsync(tenant, slug, key);
        Assert.Equal((200, 200), await OnBothAsync(tenant, slug, old));

        await cluster.Nodes.EmergencyRotateAsync(tenant);

        Assert.Equal((401, 401), await OnBothAsync(tenant, slug, old));
        Assert.Equal((200, 200), await OnBothAsync(tenant, slug, await cluster.Nodes.SignTokenAsync(tenant, slug, key)));
    }

    private async Task<(int One, int Other)> OnBothAsync(TenantId tenant, string slug, string token)
    {
        using var client = new NodeClient(cluster.Nodes, tenant, slug, token);
        return ((await client.PostAsync(0, Initialize)).Status, (await client.PostAsync(1, Initialize)).Status);
    }

    public sealed class Cluster : IAsyncLifetime
    {
        public TwoNodes Nodes { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Nodes = await TwoNodes.StartAsync();

        public ValueTask DisposeAsync() => Nodes.DisposeAsync();
    }
}

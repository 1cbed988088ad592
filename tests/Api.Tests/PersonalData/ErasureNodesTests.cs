using Platform.Abstractions.Operations;
using Platform.Abstractions.Tenants;
using Platform.Api.Tests.Mcp.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.PersonalData;

/// <summary>Who is erased is nobody on every node, and an erasure survives the loss of the node that was at it.</summary>
[Trait("Control", "AU-4")]
public sealed class ErasureNodesTests : IAsyncLifetime
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

    private static readonly TimeSpan Effective = TimeSpan.FromSeconds(5);

    private TwoNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await TwoNodes.StartAsync();

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Fact]
    public async Task The_token_of_an_erased_person_is_refused_on_both_nodes()
    {
        var (tenant, slug, _) = await _nodes.GivenTenantAsync();
        var person = await _nodes.GivenPersonAsync(tenant);
        var (token, other) = (await _nodes.SignTokenForAsync(tenant, slug, person), await _nodes.SignTokenForAsync(tenant, slug, "usr_stays"));
        Assert.Equal((200, 200), await OnBothAsync(tenant, slug, token));

        await _nodes.EraseAsync(tenant, person);

        Assert.Equal((401, 401), await UntilAsync(() => OnBothAsync(tenant, slug, token), (401, 401)));
        Assert.Equal((401, 401), await OnBothAsync(tenant, slug, await _nodes.SignTokenForAsync(tenant, slug, person)));
        Assert.Equal((200, 200), await OnBothAsync(tenant, slug, other));
    }

    [Fact]
    public async Task An_erasure_whose_node_is_killed_goes_on_in_the_other()
    {
        var (tenant, _, _) = await _nodes.GivenTenantAsync();
        var person = await _nodes.GivenPersonAsync(tenant);
        await _nodes.EraseAsync(tenant, person);
        var holder = _nodes.HolderOf("erasure", tenant, person);

        await _nodes.KillAsync(holder);

        // Asked again, the grain is active in the node that is left, and knows what it has to do.
        var seen = await UntilAsync(async () =>
        {
            try
            {
                var operation = await _nodes.ErasureAsync(tenant, person);
                return (operation.State, operation.Steps.Count(step => step.DoneAt is null) == 3);
            }
            catch (Exception lost) when (lost is Orleans.Runtime.SiloUnavailableException or Orleans.Runtime.OrleansMessageRejectionException)
            {
                return default;
            }
        }, (OperationState.Running, true), within: TimeSpan.FromSeconds(60));
        Assert.Equal((OperationState.Running, true), seen);
        Assert.Equal(1 - holder, _nodes.HolderOf("erasure", tenant, person));
    }

    private async Task<(int One, int Other)> OnBothAsync(TenantId tenant, string slug, string token)
    {
        using var client = new NodeClient(_nodes, tenant, slug, token);
        return ((await client.PostAsync(0, Initialize)).Status, (await client.PostAsync(1, Initialize)).Status);
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T>> ask, T wanted, TimeSpan? within = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        var seen = await ask();
        while (!Equals(seen, wanted) && TimeProvider.System.GetElapsedTime(started) < (within ?? Effective))
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            seen = await ask();
        }

        return seen;
    }
}

using Platform.Abstractions.Keys;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Keys;

public sealed class KeyShutdownTests
{
    [Fact]
    public async Task Silos_that_served_keys_stop_without_waiting_for_each_other()
    {
        var cluster = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => UseKeyAsync(cluster)));

        var stopped = cluster.DisposeAsync().AsTask();

        Assert.Same(stopped, await Task.WhenAny(stopped, Task.Delay(TimeSpan.FromSeconds(15))));
    }

    private static async Task UseKeyAsync(GrainCluster cluster)
    {
        var tenant = await cluster.GivenTenantAsync();
        var issued = await cluster.For(tenant).The<IKeyIndexGrain>().IssueAsync(new IssueKey { Name = "x", Roles = ["admin"] }, KeyKind.Mcp, CallerOf(tenant)).Value();
        await cluster.For(tenant).Get<IKeyGrain>(issued.Key.Id).VerifyAsync(issued.Secret).Value();
    }
}

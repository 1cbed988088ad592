using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Resources;

[Trait("Control", "RS-3")]
public sealed class MemoryRestartTests
{
    [Fact]
    public async Task Values_their_end_and_what_they_are_charged_survive_both_silos()
    {
        await using var cluster = await StartAsync();
        var tenant = TenantId.New();
        await cluster.For(tenant).Get<IMemoryResourceGrain>("Short").SetAsync(new SetMemory("short", null, TimeSpan.FromSeconds(10)), CallerOf(tenant)).Value();
        var kept = await cluster.For(tenant).Get<IMemoryResourceGrain>("Long").SetAsync(new SetMemory("long", null, TimeSpan.FromSeconds(20)), CallerOf(tenant)).Value();
        var before = await cluster.For(tenant).The<IResourceIndexGrain>().UsageAsync();

        await cluster.RestartAsync();

        Assert.Equal(before, await cluster.For(tenant, silo: 0).The<IResourceIndexGrain>().UsageAsync());
        Assert.Equal(new MemoryContent(kept, "long"), await cluster.For(tenant, silo: 0).Get<IMemoryResourceGrain>("Long").GetAsync().Value());
        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(ProblemCode.ResourceNotFound, await cluster.For(tenant, silo: 0).Get<IMemoryResourceGrain>("Short").GetAsync().Refusal());
        Assert.Equal([kept], await cluster.For(tenant, silo: 0).The<IResourceIndexGrain>().PageAsync("", null, 10));
    }
}

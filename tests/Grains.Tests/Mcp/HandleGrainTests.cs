using Platform.Abstractions.Mcp;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.Mcp;

/// <summary>What sealed handles rest on.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "RS-5")]
public sealed class HandleGrainTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    [Fact]
    public async Task A_handle_is_taken_once_also_after_its_activation_ended()
    {
        var handle = _cluster.For(_tenant).Get<ISingleUseGrain>("handle");

        var first = await handle.TakeAsync(_cluster.Clock.GetUtcNow() + TimeSpan.FromMinutes(15));
        await _cluster.DeactivateAsync(handle);

        Assert.Equal((true, false), (first, await handle.TakeAsync(_cluster.Clock.GetUtcNow() + TimeSpan.FromMinutes(15))));
    }

    [Fact]
    public async Task The_same_handle_of_another_tenant_is_another_handle()
    {
        await _cluster.For(_tenant).Get<ISingleUseGrain>("handle").TakeAsync(_cluster.Clock.GetUtcNow());

        Assert.True(await _cluster.For(TenantId.New()).Get<ISingleUseGrain>("handle").TakeAsync(_cluster.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task A_handle_whose_use_could_not_be_stored_is_not_let_through()
    {
        var handle = _cluster.For(_tenant).Get<ISingleUseGrain>("handle");
        _cluster.Storage.FailWrite("single-use", _tenant, "handle");

        await Assert.ThrowsAnyAsync<Exception>(() => handle.TakeAsync(_cluster.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task Todays_key_comes_first_and_tomorrow_it_is_yesterdays()
    {
        var today = await KeysAsync(_tenant);
        _cluster.Clock.Advance(TimeSpan.FromDays(1));
        var tomorrow = await KeysAsync(_tenant);

        Assert.Equal((2, today[0].Period - 1), (today.Length, today[1].Period));
        Assert.Equal((today[0].Period, Convert.ToHexString(today[0].Key)), (tomorrow[1].Period, Convert.ToHexString(tomorrow[1].Key)));
        Assert.DoesNotContain(tomorrow, key => key.Period == today[1].Period);
    }

    [Fact]
    public async Task No_two_days_and_no_two_tenants_share_a_key()
    {
        SealingKey[] keys = [.. await KeysAsync(_tenant), .. await KeysAsync(TenantId.New())];

        Assert.Equal(4, keys.Select(key => Convert.ToHexString(key.Key)).Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys, key => Assert.Equal(32, key.Key.Length));
    }

    [Fact]
    public async Task A_key_does_not_show_itself()
    {
        var key = (await KeysAsync(_tenant))[0];

        Assert.DoesNotContain(Convert.ToHexString(key.Key), key.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("[Redacted]", key.ToString(), StringComparison.Ordinal);
    }

    private Task<SealingKey[]> KeysAsync(TenantId tenant) => _cluster.For(tenant).The<ISealingKeyGrain>().KeysAsync();
}

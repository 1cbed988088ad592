using System.Threading.Channels;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.Mcp;

[Collection(OnTheCluster.Name)]
public sealed class CatalogueGrainTests(SharedCluster shared)
{
    private static readonly CatalogueChange Change = new(CatalogueChangeKind.Resource, "memory://a");
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();
    private readonly Observer _observer = new();

    private ICatalogueGrain Catalogue => _cluster.For(_tenant).The<ICatalogueGrain>();

    [Fact]
    public async Task A_change_is_told_with_its_tenant_and_the_next_version()
    {
        var version = await Catalogue.SubscribeAsync(Reference());

        await Catalogue.PublishAsync([Change]);

        Assert.Equal((_tenant, version + 1, Change), await _observer.HeardAsync());
        Assert.Equal(version + 1, await Catalogue.SubscribeAsync(Reference()));
    }

    [Fact]
    public async Task A_node_that_does_not_renew_hears_no_more_and_sees_by_the_version_that_it_missed_something()
    {
        var reference = Reference();
        var version = await Catalogue.SubscribeAsync(reference);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(61));
        await Catalogue.PublishAsync([Change]);
        var renewed = await GrainCluster.EventuallyAsync(() => Catalogue.SubscribeAsync(reference), seen => seen > version);

        await Catalogue.PublishAsync([Change]);

        Assert.Equal(version + 1, renewed);
        Assert.Equal(version + 2, (await _observer.HeardAsync()).Version);
    }

    [Fact]
    public async Task A_node_that_renews_goes_on_hearing()
    {
        var reference = Reference();
        await Catalogue.SubscribeAsync(reference);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(45));
        await Catalogue.SubscribeAsync(reference);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(45));

        await Catalogue.PublishAsync([Change]);

        Assert.Equal(Change, (await _observer.HeardAsync()).Change);
    }

    [Fact]
    public async Task Another_activation_does_not_count_where_the_last_one_did()
    {
        var before = await Catalogue.SubscribeAsync(Reference());
        await _cluster.DeactivateAsync(Catalogue);
        _cluster.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.NotEqual(before, await Catalogue.SubscribeAsync(Reference()));
    }

    private ICatalogueObserver Reference() => _cluster.Unbound.CreateObjectReference<ICatalogueObserver>(_observer);

    private sealed class Observer : ICatalogueObserver
    {
        private readonly Channel<(TenantId Tenant, long Version, CatalogueChange Change)> _heard = Channel.CreateUnbounded<(TenantId, long, CatalogueChange)>();

        public async Task<(TenantId Tenant, long Version, CatalogueChange Change)> HeardAsync() => await _heard.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        public Task ChangedAsync(TenantId tenant, long version, CatalogueChange[] changes)
        {
            _heard.Writer.TryWrite((tenant, version, changes.Single()));
            return Task.CompletedTask;
        }
    }
}

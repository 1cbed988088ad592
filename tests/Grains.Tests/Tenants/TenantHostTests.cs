using Platform.Abstractions.Changes;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Tenants;

[Collection(OnTheCluster.Name), Trait("Control", "AZ-4")]
public sealed class TenantHostTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly string _host = $"{TenantId.New()}.own.example";

    private ITenantHostGrain Host => _cluster.For(TenantId.Platform).Get<ITenantHostGrain>(_host);

    private IHostIndexGrain Index => _cluster.For(TenantId.Platform).Get<IHostIndexGrain>("index");

    [Fact]
    public async Task A_claimed_host_is_noted_by_the_tenant_and_served_under_its_slug()
    {
        var tenant = await _cluster.GivenTenantAsync();

        Assert.Null(await ClaimAsync(tenant));

        Assert.Equal([_host], await HostsOf(tenant));
        Assert.Equal(tenant.ToString(), await SlugAsync());
    }

    [Fact]
    public async Task A_host_is_owned_once()
    {
        var (first, second) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());
        await ClaimAsync(first);

        Assert.Equal(ProblemCode.Conflict, (await ClaimAsync(second))?.Code);
        Assert.Equal(ProblemCode.NotFound, (await ReleaseAsync(second))?.Code);

        Assert.Empty(await HostsOf(second));
        Assert.Equal(first.ToString(), await SlugAsync());
    }

    [Fact]
    public async Task Of_ten_tenants_that_claim_at_once_on_two_silos_exactly_one_wins()
    {
        var tenants = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _cluster.GivenTenantAsync()));

        var results = await Task.WhenAll(tenants.Select((tenant, i) =>
            _cluster.For(TenantId.Platform, silo: i % 2).Get<ITenantHostGrain>(_host).ClaimAsync(tenant, CallerOf(TenantId.Platform))));

        var winner = tenants[Array.IndexOf(results, Assert.Single(results, result => result is null))];
        Assert.Equal(winner.ToString(), await SlugAsync());
        Assert.Equal(9, results.Count(result => result?.Code == ProblemCode.Conflict));
    }

    [Fact]
    public async Task A_released_host_is_forgotten_everywhere_and_free_for_another()
    {
        var (first, second) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());
        await ClaimAsync(first);

        Assert.Null(await ReleaseAsync(first));
        Assert.Empty(await HostsOf(first));
        Assert.Null(await SlugAsync());

        Assert.Null(await ClaimAsync(second));
        Assert.Equal(second.ToString(), await SlugAsync());
    }

    [Fact]
    public async Task Claim_and_release_are_pushed_to_every_node()
    {
        var node = await _cluster.GivenNodeAsync();
        var tenant = await _cluster.GivenTenantAsync();

        await ClaimAsync(tenant);
        await ReleaseAsync(tenant);

        Assert.Equal(2, node.Heard.Count(change => change == new Change(TenantId.Platform, ChangeKind.Hosts, _host)));
    }

    [Fact]
    public async Task A_claim_that_is_not_on_disk_claims_nothing()
    {
        var tenant = await _cluster.GivenTenantAsync();
        _cluster.Storage.FailWrite("tenant-host", TenantId.Platform, _host);
        await Assert.ThrowsAsync<OrleansException>(() => ClaimAsync(tenant));

        Assert.Empty(await HostsOf(tenant));
        Assert.Null(await SlugAsync());
        Assert.Null(await ClaimAsync(tenant));
    }

    [Fact]
    public async Task A_claim_that_was_cut_short_serves_nobody_and_the_same_tenant_finishes_it()
    {
        var tenant = await _cluster.GivenTenantAsync();
        await CutShortAsync(tenant);

        Assert.Null(await ClaimAsync(tenant));

        Assert.Equal([_host], await HostsOf(tenant));
        Assert.Equal(tenant.ToString(), await SlugAsync());
    }

    [Fact]
    public async Task A_claim_that_was_cut_short_does_not_keep_the_host_from_another()
    {
        var (first, second) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());
        await CutShortAsync(first);

        Assert.Null(await ClaimAsync(second));

        Assert.Empty(await HostsOf(first));
        Assert.Equal(second.ToString(), await SlugAsync());
    }

    [Fact]
    public async Task A_release_that_was_cut_short_is_finished_by_the_next_and_serves_nobody_from_disk()
    {
        var tenant = await _cluster.GivenTenantAsync();
        await ClaimAsync(tenant);
        _cluster.Storage.FailWrite("tenant-host", TenantId.Platform, _host, successes: 1);
        await Assert.ThrowsAsync<OrleansException>(() => ReleaseAsync(tenant));
        await _cluster.DeactivateAsync(Host);
        await _cluster.DeactivateAsync(Index);
        Assert.Null(await SlugAsync());

        Assert.Null(await ReleaseAsync(tenant));
        Assert.Equal(ProblemCode.NotFound, (await ReleaseAsync(tenant))?.Code);
    }

    [Fact]
    public async Task The_index_is_rebuilt_from_the_rows()
    {
        var tenant = await _cluster.GivenTenantAsync();
        await ClaimAsync(tenant);

        await _cluster.DeactivateAsync(Index);

        Assert.Equal(tenant.ToString(), await SlugAsync());
    }

    [Fact]
    public async Task The_index_tells_whether_anything_changed_since()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var before = (await Index.SinceAsync(0))!.Version;
        Assert.Null(await Index.SinceAsync(before));

        await ClaimAsync(tenant);

        Assert.NotEqual(before, (await Index.SinceAsync(before))!.Version);
    }

    [Fact]
    public async Task A_tenant_that_has_twenty_gets_no_more_and_the_name_stays_free()
    {
        var (full, other) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());
        for (var i = 0; i < TenantView.MaxHosts; i++)
        {
            Assert.Null(await _cluster.For(TenantId.Platform).Get<ITenantHostGrain>($"h{i}.{_host}").ClaimAsync(full, CallerOf(TenantId.Platform)));
        }

        Assert.Equal(ProblemCode.QuotaExceeded, (await ClaimAsync(full))?.Code);
        Assert.Null(await ClaimAsync(other));
    }

    [Fact]
    public async Task A_tenant_that_does_not_exist_claims_nothing()
    {
        Assert.Equal(ProblemCode.TenantNotFound, (await ClaimAsync(TenantId.New()))?.Code);
        Assert.Null(await SlugAsync());
    }

    [Theory]
    [InlineData("UPPER.example")]
    [InlineData("single")]
    [InlineData("10.0.0.1")]
    [InlineData("a.example.")]
    public async Task A_name_of_another_form_is_refused(string host) => Assert.Equal(
        ProblemCode.InvalidParams,
        (await _cluster.For(TenantId.Platform).Get<ITenantHostGrain>(host).ClaimAsync(await _cluster.GivenTenantAsync(), CallerOf(TenantId.Platform)))?.Code);

    // The claim and the tenant's note are stored, the mark that it is ready is not.
    private async Task CutShortAsync(TenantId tenant)
    {
        _cluster.Storage.FailWrite("tenant-host", TenantId.Platform, _host, successes: 1);
        await Assert.ThrowsAsync<OrleansException>(() => ClaimAsync(tenant));
        await _cluster.DeactivateAsync(Host);
        Assert.Equal([_host], await HostsOf(tenant));
        Assert.Null(await SlugAsync());
    }

    private Task<Problem?> ClaimAsync(TenantId tenant) => Host.ClaimAsync(tenant, CallerOf(TenantId.Platform));

    private Task<Problem?> ReleaseAsync(TenantId tenant) => Host.ReleaseAsync(tenant, CallerOf(TenantId.Platform));

    private async Task<string[]> HostsOf(TenantId tenant) => (await _cluster.For(tenant).The<ITenantGrain>().GetAsync().Value()).Hosts;

    private async Task<string?> SlugAsync() => (await Index.SinceAsync(0))!.Entries.SingleOrDefault(entry => entry.Host == _host)?.Slug;
}

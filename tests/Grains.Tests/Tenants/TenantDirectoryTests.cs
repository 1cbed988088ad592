using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Tenants;

[Collection(OnTheCluster.Name), Trait("Control", "AZ-4")]
public sealed class TenantDirectoryTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;

    /// <summary>Unique, and after all others in order.</summary>
    private readonly string _slug = $"z{TenantId.New()}";

    private ITenantDirectoryGrain Directory => Of(_slug);

    private ITenantListGrain List => _cluster.For(TenantId.Platform).Get<ITenantListGrain>("list");

    [Fact]
    public async Task A_slug_leads_to_its_tenant()
    {
        var created = await CreateAsync(_slug).Value();

        Assert.Equal(created.Id, await Directory.FindAsync().Value());
        Assert.Equal(_slug, (await _cluster.For(created.Id).The<ITenantGrain>().GetAsync().Value()).Slug);
    }

    [Fact]
    public async Task A_slug_that_nobody_owns_leads_nowhere() => Assert.Equal(ProblemCode.TenantNotFound, await Directory.FindAsync().Refusal());

    [Fact]
    public async Task A_slug_is_owned_once()
    {
        var first = await CreateAsync(_slug).Value();

        Assert.Equal(ProblemCode.Conflict, await CreateAsync(_slug).Refusal());
        Assert.Equal(first.Id, await Directory.FindAsync().Value());
    }

    [Fact]
    public async Task Of_twenty_creations_at_once_on_two_silos_exactly_one_wins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            _cluster.For(TenantId.Platform, silo: i % 2).Get<ITenantDirectoryGrain>(_slug).CreateAsync(new CreateTenant { Slug = _slug, DisplayName = $"{i}" }, CallerOf(TenantId.Platform))));

        var winner = Assert.Single(results, result => result.Problem is null).Value();
        Assert.Equal(19, results.Count(result => result.Problem?.Code == ProblemCode.Conflict));
        Assert.Equal(winner.Id, await Directory.FindAsync().Value());
    }

    [Theory]
    [InlineData("other")]
    [InlineData("UPPER")]
    public async Task A_command_for_another_slug_is_refused(string slug) =>
        Assert.Equal(ProblemCode.InvalidParams, await Directory.CreateAsync(new CreateTenant { Slug = slug }, CallerOf(TenantId.Platform)).Refusal());

    [Theory]
    [InlineData("Upper")]
    [InlineData("a--b")]
    [InlineData("list/x")]
    public async Task A_slug_of_another_form_is_refused(string slug) => Assert.Equal(ProblemCode.InvalidParams, await CreateAsync(slug).Refusal());

    [Fact]
    public async Task A_claim_that_is_not_on_disk_claims_nothing()
    {
        _cluster.Storage.FailWrite("tenant-directory", TenantId.Platform, _slug);
        await Assert.ThrowsAsync<OrleansException>(() => CreateAsync(_slug));

        Assert.Equal(ProblemCode.TenantNotFound, await Directory.FindAsync().Refusal());
        Assert.Equal(_slug, (await CreateAsync(_slug).Value()).Slug);
    }

    [Fact]
    public async Task A_creation_that_was_cut_short_serves_nobody_and_is_finished_by_the_next()
    {
        // The claim and the tenant are stored, the mark that it is created is not.
        _cluster.Storage.FailWrite("tenant-directory", TenantId.Platform, _slug, successes: 1);
        await Assert.ThrowsAsync<OrleansException>(() => CreateAsync(_slug, "First"));
        await _cluster.DeactivateAsync(Directory);
        Assert.Equal(ProblemCode.TenantNotFound, await Directory.FindAsync().Refusal());
        Assert.DoesNotContain(await List.PageAsync(Before(_slug), 10), entry => entry.Slug == _slug);

        var finished = await CreateAsync(_slug, "Second").Value();

        Assert.Equal("First", finished.DisplayName);
        Assert.Equal(finished.Id, await Directory.FindAsync().Value());
        Assert.Contains(await List.PageAsync(Before(_slug), 10), entry => entry == new TenantEntry(_slug, finished.Id));
    }

    [Fact]
    public async Task The_list_is_in_order_and_pages_meet_without_gap_or_overlap()
    {
        var made = new List<TenantEntry>();
        foreach (var suffix in new[] { "c", "a", "e", "b", "d" })
        {
            made.Add(new TenantEntry($"{_slug}-{suffix}", (await CreateAsync($"{_slug}-{suffix}").Value()).Id));
        }

        var first = await List.PageAsync(Before(_slug), 2);
        var second = await List.PageAsync(first[^1].Slug, 2);
        var third = await List.PageAsync(second[^1].Slug, 2);

        Assert.Equal(made.OrderBy(entry => entry.Slug, StringComparer.Ordinal), [.. first, .. second, .. third.Take(1)]);
    }

    [Fact]
    public async Task Claims_that_were_cut_short_do_not_shorten_a_page()
    {
        _cluster.Storage.FailWrite("tenant-directory", TenantId.Platform, $"{_slug}-a", successes: 1);
        await Assert.ThrowsAsync<OrleansException>(() => CreateAsync($"{_slug}-a"));
        await CreateAsync($"{_slug}-b").Value();
        await CreateAsync($"{_slug}-c").Value();

        Assert.Equal([$"{_slug}-b", $"{_slug}-c"], (await List.PageAsync(Before(_slug), 2)).Select(entry => entry.Slug));
    }

    private ITenantDirectoryGrain Of(string slug) => _cluster.For(TenantId.Platform).Get<ITenantDirectoryGrain>(slug);

    private Task<Result<TenantView>> CreateAsync(string slug, string? name = null) =>
        Of(slug).CreateAsync(new CreateTenant { Slug = slug, DisplayName = name }, CallerOf(TenantId.Platform));

    private static string Before(string slug) => slug[..^1];
}

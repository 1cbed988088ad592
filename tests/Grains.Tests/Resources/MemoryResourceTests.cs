using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenants;
using Platform.Grains.Resources;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Resources;

[Collection(OnTheCluster.Name), Trait("Control", "RS-3")]
public sealed class MemoryResourceTests(SharedCluster shared)
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IResourceIndexGrain Index => _cluster.For(_tenant).The<IResourceIndexGrain>();

    private DateTimeOffset Now => _cluster.Clock.GetUtcNow();

    [Fact]
    public async Task What_was_written_is_read()
    {
        var written = await SetAsync("Key", "größe", mimeType: "text/markdown").Value();

        var read = await Resource("Key").GetAsync().Value();

        Assert.Equal(new MemoryEntry { Key = "Key", MimeType = "text/markdown", Size = 7, UpdatedAt = Now, ExpiresAt = Now.AddHours(1), Version = Microseconds(Now), CreatedAt = Now }, written);
        Assert.Equal(new MemoryContent(written, "größe"), read);
    }

    [Fact]
    public async Task A_resource_survives_its_activation()
    {
        await SetAsync("Key", "text").Value();
        await _cluster.DeactivateAsync(Resource("Key"));

        Assert.Equal("text", (await Resource("Key").GetAsync().Value()).Text);
    }

    [Fact]
    public async Task What_was_not_written_is_not_found() => Assert.Equal(ProblemCode.ResourceNotFound, await Resource("Nothing").GetAsync().Refusal());

    [Fact]
    public async Task Keys_are_case_sensitive()
    {
        await SetAsync("Key", "upper").Value();
        await SetAsync("key", "lower").Value();

        Assert.Equal(("upper", "lower"), ((await Resource("Key").GetAsync().Value()).Text, (await Resource("key").GetAsync().Value()).Text));
        Assert.Equal(["Key", "key"], (await Index.PageAsync("", null, 10)).Select(entry => entry.Key));
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_key_of_another_tenant_names_another_resource()
    {
        await SetAsync("Key", "mine").Value();

        Assert.Equal(ProblemCode.ResourceNotFound, await _cluster.For(TenantId.New()).Get<IMemoryResourceGrain>("Key").GetAsync().Refusal());
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("٣")]
    public async Task A_key_of_another_form_is_refused_and_reserves_nothing(string key)
    {
        Assert.Equal(ProblemCode.InvalidParams, await SetAsync(key, "x").Refusal());
        Assert.Equal(0, (await Index.UsageAsync()).Bytes);
    }

    [Theory]
    [InlineData(9_999_999, false)]
    [InlineData(10_000_000, true)]
    [InlineData(TimeSpan.TicksPerDay * 30, true)]
    [InlineData((TimeSpan.TicksPerDay * 30) + 1, false)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(long.MaxValue, false)]
    public async Task A_resource_lives_between_a_second_and_30_days(long ticks, bool accepted) =>
        Assert.Equal(accepted, (await SetAsync("Key", "x", ttl: TimeSpan.FromTicks(ticks))).Problem is null);

    [Fact]
    public async Task A_resource_expires_to_the_tick()
    {
        await SetAsync("Key", "x", ttl: TimeSpan.FromSeconds(5)).Value();
        _cluster.Clock.Advance(TimeSpan.FromSeconds(5) - Tick);
        Assert.Null(await Resource("Key").GetAsync().Refusal());

        _cluster.Clock.Advance(Tick);

        Assert.Equal(ProblemCode.ResourceNotFound, await Resource("Key").GetAsync().Refusal());
        Assert.Null(await Resource("Key").DescribeAsync());
        Assert.Empty(await Index.PageAsync("", null, 10));
        Assert.False(await Resource("Key").DeleteAsync(null, CallerOf(_tenant)).Value());
    }

    [Fact]
    public async Task A_resource_that_expired_while_nobody_held_it_is_not_readable()
    {
        await SetAsync("Key", "x", ttl: TimeSpan.FromSeconds(5)).Value();
        await _cluster.DeactivateAsync(Resource("Key"));
        await _cluster.DeactivateAsync(Index);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(ProblemCode.ResourceNotFound, await Resource("Key").GetAsync().Refusal());
        Assert.Equal(Usage(0, 0), await Index.UsageAsync());
    }

    [Fact]
    public async Task Without_a_time_to_live_it_is_the_guides_hour()
    {
        await SetAsync("Key", "x").Value();
        _cluster.Clock.Advance(TimeSpan.FromHours(1) - Tick);
        Assert.Null(await Resource("Key").GetAsync().Refusal());

        _cluster.Clock.Advance(Tick);

        Assert.Equal(ProblemCode.ResourceNotFound, await Resource("Key").GetAsync().Refusal());
    }

    [Fact]
    public async Task An_overwrite_counts_up_and_starts_the_life_anew()
    {
        await SetAsync("Key", "one", ttl: TimeSpan.FromSeconds(5)).Value();
        _cluster.Clock.Advance(TimeSpan.FromSeconds(4));

        var second = await SetAsync("Key", "two", ttl: TimeSpan.FromSeconds(5)).Value();

        _cluster.Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal((Now.AddSeconds(-8), Now.AddSeconds(-4), Microseconds(Now.AddSeconds(-4))), (second.CreatedAt, second.UpdatedAt, second.Version));
        Assert.Equal("two", (await Resource("Key").GetAsync().Value()).Text);
    }

    [Fact]
    public async Task After_its_expiry_a_key_starts_again()
    {
        await SetAsync("Key", "one", ttl: TimeSpan.FromSeconds(5)).Value();
        var second = await SetAsync("Key", "two", ttl: TimeSpan.FromSeconds(5)).Value();
        _cluster.Clock.Advance(TimeSpan.FromSeconds(5));

        var third = await SetAsync("Key", "three").Value();
        Assert.False(second.CreatedAt == third.CreatedAt);
        Assert.True(third.IsNew && third.Version > second.Version);
        Assert.Equal("three", (await Resource("Key").GetAsync().Value()).Text);
    }

    [Fact]
    public async Task A_deleted_resource_is_gone_and_frees_its_room()
    {
        await SetAsync("Key", "x").Value();

        Assert.True(await Resource("Key").DeleteAsync(null, CallerOf(_tenant)).Value());

        Assert.Equal(ProblemCode.ResourceNotFound, await Resource("Key").GetAsync().Refusal());
        Assert.False(await Resource("Key").DeleteAsync(null, CallerOf(_tenant)).Value());
        Assert.Equal(Usage(0, 0), await Index.UsageAsync());
        Assert.True((await SetAsync("Key", "y").Value()).IsNew);
    }

    [Fact]
    public async Task The_quota_is_exact_under_fifty_writers_at_once_on_two_silos()
    {
        // Each charges 1 000 of the 20 000 bytes.
        var value = new string('v', 1_000 - MemoryQuota.Overhead - 3);

        var results = await Task.WhenAll(Enumerable.Range(100, 50).Select(i =>
            _cluster.For(_tenant, silo: i % 2).Get<IMemoryResourceGrain>($"{i}").SetAsync(new SetMemory(value, null, null), CallerOf(_tenant))));

        Assert.Equal(20, results.Count(result => result.Problem is null));
        Assert.Equal(30, results.Count(result => result.Problem?.Code == ProblemCode.QuotaExceeded));
        Assert.Equal(Usage(20_000, 20), await Index.UsageAsync());
    }

    [Fact]
    public async Task The_quota_is_exact_to_the_byte()
    {
        Assert.Equal(ProblemCode.QuotaExceeded, await SetAsync("k", new string('v', MemoryQuotaBytes - MemoryQuota.Overhead)).Refusal());
        Assert.Null(await SetAsync("k", new string('v', MemoryQuotaBytes - MemoryQuota.Overhead - 1)).Refusal());
    }

    [Fact]
    public async Task Many_tiny_values_are_not_free()
    {
        var results = await Task.WhenAll(Enumerable.Range(100, 100).Select(i => SetAsync($"{i}", "")));

        Assert.Equal(MemoryQuotaBytes / (MemoryQuota.Overhead + 3), results.Count(result => result.Problem is null));
    }

    [Fact]
    public async Task An_overwrite_is_not_counted_twice()
    {
        var most = new string('v', MemoryQuotaBytes - MemoryQuota.Overhead - 1);
        await SetAsync("k", most).Value();

        Assert.Null(await SetAsync("k", most).Refusal());
        Assert.Equal(Usage(MemoryQuotaBytes, 1), await Index.UsageAsync());
    }

    [Fact]
    public async Task A_write_that_does_not_fit_leaves_the_old_value()
    {
        await SetAsync("k", "old").Value();

        Assert.Equal(ProblemCode.QuotaExceeded, await SetAsync("k", new string('v', MemoryQuotaBytes)).Refusal());

        Assert.Equal("old", (await Resource("k").GetAsync().Value()).Text);
        Assert.Equal(MemoryQuota.Charge("k", 3), (await Index.UsageAsync()).Bytes);
    }

    [Fact]
    public async Task What_expired_frees_its_room_at_once()
    {
        await SetAsync("a", new string('v', 19_000), ttl: TimeSpan.FromSeconds(1)).Value();
        _cluster.Clock.Advance(TimeSpan.FromSeconds(1) - Tick);
        Assert.Equal(ProblemCode.QuotaExceeded, await SetAsync("b", new string('v', 19_000)).Refusal());

        _cluster.Clock.Advance(Tick);

        Assert.Null(await SetAsync("b", new string('v', 19_000)).Refusal());
    }

    [Fact]
    public async Task A_failed_write_leaves_the_old_value_and_releases_its_reservation()
    {
        await SetAsync("k", "old").Value();
        var before = await Index.UsageAsync();
        _cluster.Storage.FailWrite("memory-resource", _tenant, "k");

        await Assert.ThrowsAsync<OrleansException>(() => SetAsync("k", new string('v', 10_000)));

        Assert.Equal("old", (await Resource("k").GetAsync().Value()).Text);
        Assert.Equal(before, await Index.UsageAsync());
        Assert.Null(await SetAsync("k", "new").Refusal());
    }

    [Fact]
    public async Task A_failed_first_write_leaves_nothing()
    {
        _cluster.Storage.FailWrite("memory-resource", _tenant, "k");

        await Assert.ThrowsAsync<OrleansException>(() => SetAsync("k", "x"));

        Assert.Equal(ProblemCode.ResourceNotFound, await Resource("k").GetAsync().Refusal());
        Assert.Equal(Usage(0, 0), await Index.UsageAsync());
    }

    [Fact]
    public async Task A_failed_delete_leaves_the_value()
    {
        await SetAsync("k", "x").Value();
        var before = await Index.UsageAsync();
        _cluster.Storage.FailWrite("memory-resource", _tenant, "k");

        await Assert.ThrowsAsync<OrleansException>(() => Resource("k").DeleteAsync(null, CallerOf(_tenant)));

        Assert.Equal("x", (await Resource("k").GetAsync().Value()).Text);
        Assert.Equal(before, await Index.UsageAsync());
    }

    [Fact]
    public async Task The_index_is_rebuilt_from_storage_as_it_was()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => SetAsync($"k{i}", new string('v', i), ttl: TimeSpan.FromSeconds(10 + i)).Value()));
        await Resource("k3").DeleteAsync(null, CallerOf(_tenant)).Value();
        await SetAsync("k4", "overwritten").Value();
        _cluster.Clock.Advance(TimeSpan.FromSeconds(12));
        var (usage, page) = (await Index.UsageAsync(), await Index.PageAsync("", null, 100));

        await _cluster.DeactivateAsync(Index);

        Assert.Equal(usage, await Index.UsageAsync());
        Assert.Equal(page, await Index.PageAsync("", null, 100));
        Assert.Equal(16, usage.Count);
    }

    [Fact]
    public async Task A_list_is_in_order_and_pages_meet_without_gap_or_overlap()
    {
        await Task.WhenAll(new[] { "b", "B", "a", "0", "c" }.Select(key => SetAsync(key, "x").Value()));

        var first = await Index.PageAsync("", null, 2);
        var second = await Index.PageAsync("", "B", 2);
        var third = await Index.PageAsync("", "b", 2);

        Assert.Equal(["0", "B", "a", "b", "c"], first.Concat(second).Concat(third).Select(entry => entry.Key));
    }

    [Fact]
    public async Task However_much_is_asked_for_an_answer_of_the_index_is_bounded()
    {
        var entry = await SetAsync("first", "x").Value();
        await Task.WhenAll(Enumerable.Range(0, 1_100).Select(i => Index.CommitAsync(entry with { Key = $"k{i:D4}" })));

        var page = await Index.PageAsync("", null, int.MaxValue);

        Assert.Equal(IResourceIndexGrain.MaxPage, page.Length);
        Assert.Equal(100, (await Index.PageAsync("", page[^1].Key, int.MaxValue)).Length);
        Assert.Equal(10, (await Index.PageAsync("k007", null, int.MaxValue)).Length);
    }

    [Fact]
    public async Task A_page_goes_on_though_its_marker_is_gone()
    {
        await Task.WhenAll(new[] { "a", "b", "c" }.Select(key => SetAsync(key, "x").Value()));
        await Resource("b").DeleteAsync(null, CallerOf(_tenant)).Value();

        Assert.Equal(["c"], (await Index.PageAsync("", "b", 10)).Select(entry => entry.Key));
    }

    [Fact]
    public async Task A_reservation_whose_writer_died_is_given_back()
    {
        await Index.ReserveAsync("ghost", 19_999);
        Assert.Equal(ProblemCode.QuotaExceeded, await SetAsync("k", "x").Refusal());

        // The sweep runs every ten seconds and gives a writer thirty.
        _cluster.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(0, await EventuallyAsync(async () => (await Index.UsageAsync()).Bytes, bytes => bytes == 0));
    }

    [Fact]
    public async Task A_key_that_cannot_be_asked_keeps_no_others_reservation()
    {
        _cluster.Storage.FailReads("memory-resource", _tenant, "unreadable");
        await Index.ReserveAsync("unreadable", 300);
        await Index.ReserveAsync("ghost", 19_000);

        _cluster.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(300, await EventuallyAsync(async () => (await Index.UsageAsync()).Bytes, bytes => bytes == 300));
    }

    [Fact]
    public async Task A_reservation_whose_write_succeeded_unheard_is_counted_as_it_is_stored()
    {
        await SetAsync("k", "stored").Value();
        await Index.ReserveAsync("k", 10_000);

        _cluster.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(MemoryQuota.Charge("k", 6), await EventuallyAsync(async () => (await Index.UsageAsync()).Bytes, bytes => bytes < 10_000));
    }

    private static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / 10;

    private static MemoryUsage Usage(long bytes, int count) => new(bytes, MemoryQuotaBytes, count, MemoryQuota.MaxCount);

    private IMemoryResourceGrain Resource(string key) => _cluster.For(_tenant).Get<IMemoryResourceGrain>(key);

    private Task<Result<MemoryEntry>> SetAsync(string key, string text, string? mimeType = null, TimeSpan? ttl = null) =>
        Resource(key).SetAsync(new SetMemory(text, mimeType, ttl), CallerOf(_tenant));
}

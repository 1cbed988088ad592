using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Resources;

/// <summary>Versions, compare-and-set, extension and bytes of memory resources.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "RS-3")]
public sealed class MemoryChangeTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IMemoryResourceGrain Resource => _cluster.For(_tenant).Get<IMemoryResourceGrain>("Key");

    private IResourceIndexGrain Index => _cluster.For(_tenant).The<IResourceIndexGrain>();

    [Fact]
    public async Task A_version_grows_with_every_change_though_the_clock_stands_still()
    {
        var written = new List<long>();
        written.Add((await SetAsync("one").Value()).Version);
        written.Add((await SetAsync("two").Value()).Version);
        written.Add((await ExtendAsync(60).Value()).Version);
        await Resource.DeleteAsync(null, CallerOf(_tenant)).Value();
        written.Add((await SetAsync("three").Value()).Version);

        Assert.Equal(written.Distinct().Order(), written);
    }

    [Fact]
    public async Task A_version_grows_though_the_clock_stepped_back()
    {
        _cluster.Clock.Advance(TimeSpan.FromHours(3));
        var before = await SetAsync("one").Value();
        _cluster.Clock.AdjustTime(_cluster.Clock.GetUtcNow() - TimeSpan.FromHours(2));
        await _cluster.DeactivateAsync(Resource);

        var after = await SetAsync("two").Value();
        _cluster.Clock.AdjustTime(_cluster.Clock.GetUtcNow() + TimeSpan.FromHours(2));

        Assert.Equal(before.Version + 1, after.Version);
    }

    [Fact]
    public async Task A_jump_of_the_clock_ends_what_it_jumped_over_and_the_count_stays_right()
    {
        await SetAsync("one").Value();
        var now = _cluster.Clock.GetUtcNow();
        _cluster.Clock.Advance(TimeSpan.FromDays(400));

        Assert.Equal(ProblemCode.ResourceNotFound, await Resource.GetAsync().Refusal());
        Assert.Equal((0L, 0), await UsedAsync());
        await SetAsync("two").Value();
        _cluster.Clock.AdjustTime(now.AddDays(400).AddHours(-12));
        await SetAsync("three").Value();

        Assert.Equal(((long)MemoryResourceBytes("three"), 1), await UsedAsync());
    }

    [Fact]
    public async Task A_change_that_expects_another_version_changes_nothing()
    {
        var first = await SetAsync("one").Value();
        var second = await SetAsync("two", first.Version).Value();
        var before = await UsedAsync();

        Assert.Equal(ProblemCode.PreconditionFailed, await SetAsync("three", first.Version).Refusal());
        Assert.Equal(ProblemCode.PreconditionFailed, await SetAsync("three", 0).Refusal());
        Assert.Equal(ProblemCode.PreconditionFailed, await ExtendAsync(60, first.Version).Refusal());
        Assert.Equal(ProblemCode.PreconditionFailed, await Resource.DeleteAsync(first.Version, CallerOf(_tenant)).Refusal());
        Assert.Equal(new MemoryContent(second, "two"), await Resource.GetAsync().Value());
        Assert.Equal(before, await UsedAsync());
    }

    [Fact]
    public async Task Nothing_is_version_0_before_the_first_write_and_after_the_last_breath()
    {
        Assert.Equal(ProblemCode.PreconditionFailed, await SetAsync("one", 1).Refusal());
        Assert.Null(await SetAsync("one", 0).Refusal());
        _cluster.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Null(await SetAsync("two", 0).Refusal());
    }

    [Fact]
    public async Task Of_many_who_change_the_same_version_at_once_on_two_silos_one_succeeds()
    {
        var first = await SetAsync("0").Value();

        var raced = await Task.WhenAll(Enumerable.Range(1, 20).Select(i =>
            _cluster.For(_tenant, silo: i % 2).Get<IMemoryResourceGrain>("Key").SetAsync(new SetMemory($"{i}", null, null) { ExpectedVersion = first.Version }, CallerOf(_tenant))));

        Assert.Single(raced, result => result.Problem is null);
        Assert.All(raced.Select(result => result.Problem).OfType<Problem>(), refused => Assert.Equal(ProblemCode.PreconditionFailed, refused.Code));
    }

    [Fact]
    public async Task An_extension_moves_the_end_and_leaves_the_value()
    {
        var written = await SetAsync("one").Value();
        _cluster.Clock.Advance(TimeSpan.FromMinutes(59));

        var extended = await ExtendAsync(7_200).Value();

        Assert.Equal(written with { ExpiresAt = _cluster.Clock.GetUtcNow().AddHours(2), Version = extended.Version }, extended);
        _cluster.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromTicks(1));
        Assert.Equal("one", (await Resource.GetAsync().Value()).Text);
        Assert.Equal(((long)MemoryResourceBytes("one"), 1), await UsedAsync());
        _cluster.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(ProblemCode.ResourceNotFound, await Resource.GetAsync().Refusal());
        Assert.Equal((0L, 0), await UsedAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(2_592_001)]
    [InlineData(int.MaxValue)]
    public async Task An_extension_has_the_bounds_of_a_write(int seconds)
    {
        await SetAsync("one").Value();

        Assert.Equal(ProblemCode.InvalidParams, await ExtendAsync(seconds).Refusal());
    }

    [Fact]
    public async Task What_is_not_there_is_not_extended()
    {
        Assert.Equal(ProblemCode.ResourceNotFound, await ExtendAsync(60).Refusal());
        Assert.Equal((0L, 0), await UsedAsync());
    }

    [Fact]
    public async Task Bytes_come_back_as_they_were_after_the_activation_too()
    {
        byte[] bytes = [0, 255, 0xC3, 0x28, 10, 13];
        var entry = await Resource.SetAsync(new SetMemory("", "image/png", null) { Bytes = bytes }, CallerOf(_tenant)).Value();
        await _cluster.DeactivateAsync(Resource);

        var read = await Resource.GetAsync().Value();

        Assert.Equal(("image/png", 6, true), (entry.MimeType, entry.Size, entry.IsBinary));
        Assert.Equal((entry, ""), (read.Entry, read.Text));
        Assert.Equal(bytes, read.Bytes);
    }

    [Theory]
    [InlineData("Text/Plain")]
    [InlineData("text")]
    [InlineData("text/")]
    [InlineData("/plain")]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("text/plain\r\nX: y")]
    [InlineData("tèxt/plain")]
    [InlineData("a/b/c")]
    public async Task A_media_type_of_another_form_is_refused(string type) =>
        Assert.Equal(ProblemCode.InvalidParams, await Resource.SetAsync(new SetMemory("x", type, null), CallerOf(_tenant)).Refusal());

    [Theory]
    [InlineData(-0.001)]
    [InlineData(1.001)]
    [InlineData(double.NaN)]
    public async Task A_priority_lies_between_0_and_1(double priority) =>
        Assert.Equal(ProblemCode.InvalidParams, await Resource.SetAsync(new SetMemory("x", null, null) { Priority = priority }, CallerOf(_tenant)).Refusal());

    [Fact]
    public async Task A_value_above_a_mebibyte_is_refused_before_it_is_charged()
    {
        Assert.Equal(ProblemCode.TooLarge, await Resource.SetAsync(new SetMemory("", null, null) { Bytes = new byte[SetMemory.MaxBytes + 1] }, CallerOf(_tenant)).Refusal());
        Assert.Equal(ProblemCode.TooLarge, await SetAsync(new string('ä', (SetMemory.MaxBytes / 2) + 1)).Refusal());
        Assert.Equal((0L, 0), await UsedAsync());
    }

    [Fact]
    public async Task A_deletion_that_nobody_reported_is_found_out()
    {
        var entry = await SetAsync("one").Value();
        await Index.ReserveAsync("Key", 0);
        await Resource.DeleteAsync(null, CallerOf(_tenant)).Value();

        // As if the notice of the deletion had been lost, and with it the deletion.
        await Index.CommitAsync(entry);
        await Index.ReserveAsync("Key", 0);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal((0L, 0), await EventuallyAsync(UsedAsync, used => used.Count == 0));
    }

    private static int MemoryResourceBytes(string text) => Platform.Grains.Resources.MemoryQuota.Charge("Key", text.Length);

    private async Task<(long Bytes, int Count)> UsedAsync() => await Index.UsageAsync() is var usage ? (usage.Bytes, usage.Count) : default;

    private Task<Result<MemoryEntry>> SetAsync(string text, long? expected = null) =>
        Resource.SetAsync(new SetMemory(text, null, null) { ExpectedVersion = expected }, CallerOf(_tenant));

    private Task<Result<MemoryEntry>> ExtendAsync(int seconds, long? expected = null) => Resource.ExtendAsync(new ExtendMemory { TtlSeconds = seconds }, expected, CallerOf(_tenant));
}

using System.Security.Cryptography;
using Platform.Abstractions.Files;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.Files;

/// <summary>Files of a tenant on two silos and the product's own store.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "RS-2")]
public sealed class FileShelfTests(SharedCluster shared)
{
    private GrainCluster Cluster => shared.Cluster;

    [Fact]
    public async Task What_was_sent_is_what_is_read_on_the_other_silo()
    {
        var tenant = await Cluster.GivenTenantAsync();
        var content = RandomNumberGenerator.GetBytes(5_000);

        var entry = await UploadAsync(tenant, "public/a.md", content).Value();

        Assert.Equal((5_000, Convert.ToHexStringLower(SHA256.HashData(content)), "text/markdown"), (entry.Size, entry.Sha256, entry.MimeType));
        Assert.Equal(content, await ReadAsync(tenant, "public/a.md", silo: 1));
    }

    [Fact]
    public async Task A_file_outlives_the_shelf()
    {
        var tenant = await Cluster.GivenTenantAsync();
        var entry = await UploadAsync(tenant, "a.md", [1, 2, 3]).Value();

        await Cluster.DeactivateAsync(Shelf(tenant));

        Assert.Equal(entry, await Shelf(tenant).FindAsync("a.md").Value());
        Assert.Equal(new FileUsage(3, GrainCluster.FileTenantBytes, 1, GrainCluster.MaxFiles), await Shelf(tenant).UsageAsync());
    }

    [Fact]
    public async Task The_last_byte_of_a_file_fits_and_one_more_is_too_large_however_it_is_declared()
    {
        var tenant = await Cluster.GivenTenantAsync();

        Assert.Null(await UploadAsync(tenant, "a.txt", new byte[GrainCluster.MaxFileBytes]).Refusal());
        Assert.Equal(ProblemCode.TooLarge, await UploadAsync(tenant, "b.txt", new byte[GrainCluster.MaxFileBytes + 1]).Refusal());
        Assert.Equal(ProblemCode.TooLarge, await BeginAsync(tenant, "b.txt", size: GrainCluster.MaxFileBytes + 1).Refusal());
        Assert.Equal(GrainCluster.MaxFileBytes, (await Shelf(tenant).UsageAsync()).Bytes);
    }

    [Fact]
    public async Task Concurrent_uploads_from_both_silos_never_exceed_the_bytes()
    {
        var tenant = await Cluster.GivenTenantAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(at => UploadAsync(tenant, $"{at}.txt", new byte[8_000], silo: at % 2).Refusal()));

        Assert.Equal(2, outcomes.Count(refused => refused is null));
        Assert.Equal(2, outcomes.Count(refused => refused == ProblemCode.QuotaExceeded));
        Assert.Equal(16_000, (await Shelf(tenant).UsageAsync()).Bytes);
    }

    [Fact]
    public async Task Files_are_counted_while_they_come()
    {
        var tenant = await Cluster.GivenTenantAsync();
        for (var at = 0; at < GrainCluster.MaxFiles; at++)
        {
            Assert.Null(await BeginAsync(tenant, $"{at}.txt").Refusal());
        }

        Assert.Equal(ProblemCode.QuotaExceeded, await BeginAsync(tenant, "more.txt").Refusal());
    }

    [Fact]
    public async Task A_client_that_goes_away_gives_its_room_back()
    {
        var tenant = await Cluster.GivenTenantAsync();
        var ticket = await BeginAsync(tenant, "a.txt", size: 9_000).Value();
        await Upload(tenant, ticket).AppendAsync(new FileChunk(new byte[100], 100));
        Assert.Equal(9_000, (await Shelf(tenant).UsageAsync()).Bytes);

        await Upload(tenant, ticket).AbortAsync();

        Assert.Equal((0, 0), ((await Shelf(tenant).UsageAsync()).Bytes, (await Shelf(tenant).UsageAsync()).Count));
        Assert.Equal(ProblemCode.Unavailable, await Upload(tenant, ticket).CompleteAsync().Refusal());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Cluster.FilesDirectory, tenant.ToString()), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_upload_that_falls_silent_gives_its_room_back()
    {
        var tenant = await Cluster.GivenTenantAsync();
        var ticket = await BeginAsync(tenant, "a.txt", size: 9_000).Value();
        await Upload(tenant, ticket).AppendAsync(new FileChunk(new byte[100], 100));

        Cluster.Clock.Advance(TimeSpan.FromMinutes(3));

        var usage = await GrainCluster.EventuallyAsync(() => Shelf(tenant).UsageAsync(), usage => usage.Bytes == 0);
        Assert.Equal((0, 0), (usage.Bytes, usage.Count));
    }

    [Fact]
    public async Task Of_two_uploads_that_replace_the_same_version_one_wins()
    {
        var tenant = await Cluster.GivenTenantAsync();
        var first = await UploadAsync(tenant, "a.txt", [1]).Value();
        var (one, two) = (await BeginAsync(tenant, "a.txt", first.Version).Value(), await BeginAsync(tenant, "a.txt", first.Version).Value());

        Assert.Null(await Upload(tenant, one).CompleteAsync().Refusal());
        Assert.Equal(ProblemCode.PreconditionFailed, await Upload(tenant, two).CompleteAsync().Refusal());
    }

    [Fact]
    public async Task A_version_is_not_used_again_after_a_deletion()
    {
        var tenant = await Cluster.GivenTenantAsync();
        var first = await UploadAsync(tenant, "a.txt", [1]).Value();
        Assert.Null(await Shelf(tenant).DeleteAsync("a.txt", first.Version, GrainCluster.CallerOf(tenant)));

        var second = await UploadAsync(tenant, "a.txt", [1]).Value();

        Assert.True(second.Version > first.Version);
        Assert.Equal(ProblemCode.PreconditionFailed, await Shelf(tenant).DeleteAsync("a.txt", first.Version, GrainCluster.CallerOf(tenant)).Refusal());
    }

    [Fact]
    public async Task A_path_is_a_file_or_a_folder()
    {
        var tenant = await Cluster.GivenTenantAsync();
        await UploadAsync(tenant, "a.md", [1]).Value();
        await UploadAsync(tenant, "b.md/c.md", [1]).Value();

        Assert.Equal(ProblemCode.Conflict, await UploadAsync(tenant, "a.md/c.md", [1]).Refusal());
        Assert.Equal(ProblemCode.Conflict, await UploadAsync(tenant, "b.md", [1]).Refusal());

        // Folders are there for their files alone.
        Assert.Null(await Shelf(tenant).DeleteAsync("b.md/c.md", (await Shelf(tenant).VersionAsync("b.md/c.md"))!.Value, GrainCluster.CallerOf(tenant)));
        Assert.Null(await UploadAsync(tenant, "b.md", [1]).Refusal());
    }

    [Fact]
    public async Task A_process_that_dies_before_it_puts_a_file_in_place_leaves_the_old_one()
    {
        var tenant = await Cluster.GivenTenantAsync();
        var old = await UploadAsync(tenant, "a.txt", [1]).Value();
        Cluster.Files.FailBeforePlacing(tenant);

        await Assert.ThrowsAnyAsync<Exception>(() => UploadAsync(tenant, "a.txt", [2, 2], old.Version));

        Assert.Equal(old, await Shelf(tenant).FindAsync("a.txt").Value());
        Assert.Equal([1], await ReadAsync(tenant, "a.txt"));
        Assert.Equal(1, (await Shelf(tenant).UsageAsync()).Bytes);
    }

    [Fact]
    public async Task A_process_that_dies_after_it_put_a_file_in_place_leaves_the_new_one_with_its_own_record()
    {
        var tenant = await Cluster.GivenTenantAsync();
        var old = await UploadAsync(tenant, "a.txt", [1]).Value();
        Cluster.Files.FailAfterPlacing(tenant);

        await Assert.ThrowsAnyAsync<Exception>(() => UploadAsync(tenant, "a.txt", [2, 2], old.Version));

        var settled = await Shelf(tenant).FindAsync("a.txt").Value();
        Assert.Equal((2, Convert.ToHexStringLower(SHA256.HashData([2, 2]))), (settled.Size, settled.Sha256));
        Assert.Equal([2, 2], await ReadAsync(tenant, "a.txt"));
        Assert.Equal(2, (await Shelf(tenant).UsageAsync()).Bytes);
    }

    [Fact]
    public async Task Who_reads_a_file_gets_all_of_one_version_whatever_happens_to_its_path()
    {
        var tenant = await Cluster.GivenTenantAsync();
        var old = await UploadAsync(tenant, "a.txt", [1, 1, 1]).Value();
        var reader = Cluster.For(tenant).Get<IFileDownloadGrain>("reader");
        Assert.Equal(old, await reader.OpenAsync("a.txt").Value());

        await UploadAsync(tenant, "a.txt", [2, 2, 2, 2], old.Version).Value();

        Assert.Equal([1, 1, 1], (await reader.ReadAsync(0, 100).Value()).Bytes);
    }

    [Fact]
    public async Task A_file_that_grows_while_it_is_read_is_not_passed_on()
    {
        var tenant = await Cluster.GivenTenantAsync();
        await UploadAsync(tenant, "a.txt", [1, 1, 1]).Value();
        var reader = Cluster.For(tenant).Get<IFileDownloadGrain>("grower");
        await reader.OpenAsync("a.txt").Value();

        await File.AppendAllTextAsync(Path.Combine(Cluster.FilesDirectory, tenant.ToString(), "content", "a.txt"), "more");

        Assert.Equal(ProblemCode.Unavailable, await reader.ReadAsync(0, 3).Refusal());
        Assert.Equal(ProblemCode.ResourceNotFound, await Cluster.For(tenant).Get<IFileDownloadGrain>("another").OpenAsync("a.txt").Refusal());
    }

    [Fact]
    public async Task A_page_holds_what_is_below_a_folder_and_no_neighbour()
    {
        var tenant = await Cluster.GivenTenantAsync();
        foreach (var path in new[] { "a/1.md", "a/b/2.md", "a.md", "ab/3.md" })
        {
            await UploadAsync(tenant, path, [1]).Value();
        }

        Assert.Equal(["a/1.md", "a/b/2.md"], (await Shelf(tenant).PageAsync("a/", null, 10)).Select(file => file.Path));
        Assert.Equal(["a/b/2.md"], (await Shelf(tenant).PageAsync("a/", "a/1.md", 10)).Select(file => file.Path));
        Assert.Equal(["a.md", "a/1.md"], (await Shelf(tenant).PageAsync("", null, 2)).Select(file => file.Path));
    }

    [Fact, Trait("Control", "RS-4")]
    public async Task A_tenant_finds_nothing_of_another()
    {
        var (mine, theirs) = (await Cluster.GivenTenantAsync(), await Cluster.GivenTenantAsync());
        await UploadAsync(theirs, "a.txt", [1]).Value();

        Assert.Equal(ProblemCode.ResourceNotFound, await Shelf(mine).FindAsync("a.txt").Refusal());
        var shelf = Shelf(theirs);
        _ = Shelf(mine);
        await Assert.ThrowsAsync<TenantAccessException>(() => shelf.FindAsync("a.txt"));
    }

    private IFileShelfGrain Shelf(TenantId tenant) => Cluster.For(tenant).The<IFileShelfGrain>();

    private IFileUploadGrain Upload(TenantId tenant, UploadTicket ticket) => Cluster.For(tenant).Get<IFileUploadGrain>(ticket.Id);

    private Task<Result<UploadTicket>> BeginAsync(TenantId tenant, string path, long expected = 0, long? size = null) =>
        Shelf(tenant).BeginAsync(new BeginUpload(path, expected, size), GrainCluster.CallerOf(tenant));

    private async Task<Result<FileEntry>> UploadAsync(TenantId tenant, string path, byte[] content, long expected = 0, int silo = 0)
    {
        if (!(await BeginAsync(tenant, path, expected)).Try(out var ticket, out var refused))
        {
            return refused;
        }

        var upload = Cluster.For(tenant, silo).Get<IFileUploadGrain>(ticket.Id);
        return await upload.AppendAsync(new FileChunk(content, content.Length)) is { } failed ? failed : await upload.CompleteAsync();
    }

    private async Task<byte[]> ReadAsync(TenantId tenant, string path, int silo = 0)
    {
        var reader = Cluster.For(tenant, silo).Get<IFileDownloadGrain>(Guid.NewGuid().ToString("N"));
        var entry = await reader.OpenAsync(path).Value();
        var chunk = await reader.ReadAsync(0, (int)entry.Size).Value();
        await reader.CloseAsync();
        return chunk.Bytes;
    }
}

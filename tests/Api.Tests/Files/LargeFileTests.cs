using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Files;

/// <summary>The guide's 100 MB, to the byte, in a process that never holds them.</summary>
[Collection(nameof(WholeProcess)), Trait("Control", "RS-2")]
public sealed class LargeFileTests(Product product)
{
    private const long Limit = 100L * 1024 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_largest_file_passes_in_both_directions_and_memory_holds_pieces_of_it(bool declared)
    {
        var tenant = await product.GivenTenant();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var content = new Zeros(Limit, declared);

        var put = await tenant.PutFile("large.txt", content);

        Assert.Equal((201, Limit), (put.Status, put.Json.GetProperty("size").GetInt64()));
        Assert.InRange(content.HeldInTheMiddle - before, long.MinValue, Limit / 2);
        using var answer = await tenant.Platform.Http.SendAsync(tenant.FileRequest(HttpMethod.Get, "large.txt"), HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var (buffer, total, held) = (new byte[64 * 1024], 0L, 0L);
        for (var read = await stream.ReadAsync(buffer); read > 0; read = await stream.ReadAsync(buffer))
        {
            total += read;
            held = held == 0 && total > Limit * 9 / 10 ? GC.GetTotalMemory(forceFullCollection: true) : held;
        }

        Assert.Equal(Limit, total);
        Assert.InRange(held - before, long.MinValue, Limit / 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_byte_more_is_too_large(bool declared)
    {
        var tenant = await product.GivenTenant();
        var request = tenant.FileRequest(HttpMethod.Put, "large.txt");
        request.Content = new Zeros(Limit + 1, declared);
        request.Headers.ExpectContinue = declared;

        var refused = await tenant.Send(request);

        Assert.Equal((413, "too-large"), (refused.Status, refused.Json.GetProperty("code").GetString()));
        Assert.Equal(0, await tenant.BytesUsed());
        Assert.Equal(404, (await tenant.GetFile("large.txt")).Status);
    }

    [Fact]
    public async Task Other_routes_keep_their_limit()
    {
        var tenant = await product.GivenTenant();

        var refused = await tenant.Platform.RestRaw(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new byte[(1024 * 1024) + 1]);

        Assert.Equal(413, refused.Status);
    }

    [Fact]
    public async Task An_agent_reads_the_largest_file_and_memory_holds_pieces_of_it()
    {
        var tenant = await product.GivenTenant();
        Assert.Equal(201, (await tenant.PutFile("large.pdf", new Zeros(Limit, declared: true))).Status);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        using var answer = await tenant.Platform.Http.SendAsync(tenant.Request("resources/read", new { uri = "file:///large.pdf" }, "file:///large.pdf"), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var (buffer, zeros, held) = (new byte[64 * 1024], 0L, 0L);
        for (var read = await body.ReadAsync(buffer); read > 0; read = await body.ReadAsync(buffer))
        {
            // Base64 of zeros; no other run of this letter is long enough to matter.
            zeros += buffer.AsSpan(0, read).Count((byte)'A');
            held = held == 0 && zeros > Limit ? GC.GetTotalMemory(forceFullCollection: true) : held;
        }

        Assert.InRange(zeros, (Limit / 3 * 4) + 1, (Limit / 3 * 4) + 100);
        Assert.InRange(held - before, long.MinValue, Limit / 4);
    }
}

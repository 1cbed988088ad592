using System.Security.Cryptography;
using System.Text.Json;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Files;

/// <summary>Files that are larger than what an answer may hold in memory.</summary>
[Trait("Control", "RS-2")]
public sealed class LargeFileResourceTests(ReadingProduct product) : IClassFixture<ReadingProduct>
{
    /// <summary>More than an answer from memory has (4 MiB), and no multiple of a piece or of three.</summary>
    private const int Large = (5 * 1024 * 1024) + 1;

    /// <summary>Characters of one to four bytes, and what JSON writes in another way; its length divides no piece.</summary>
    private static readonly string Text = string.Concat(Enumerable.Repeat("aé中🐝\"\\\n\t\0 </script>\u2028", 300_000 / 16 * 4));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bytes_arrive_whole_in_both_eras(bool legacy)
    {
        var tenant = await product.GivenTenant();
        var content = RandomNumberGenerator.GetBytes(Large);
        await tenant.PutFile("large.png", new ByteArrayContent(content));

        var read = await Read(tenant, legacy, "file:///large.png");

        Assert.Equal("image/png", read.Content().GetProperty("mimeType").GetString());
        Assert.True(content.AsSpan().SequenceEqual(read.Content().GetProperty("blob").GetBytesFromBase64()));
        Assert.Equal(!legacy, read.Result.TryGetProperty("_meta", out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_text_arrives_whole_wherever_its_pieces_were_cut(bool legacy)
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("large.txt", Text);

        Assert.Equal(Text, (await Read(tenant, legacy, "file:///large.txt")).TextContent());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_began_as_a_stream_has_it_in_one_event(bool legacy)
    {
        var tenant = await product.GivenTenant();
        var path = $"{tenant.Slug}.txt";
        await tenant.PutFile(path, Text);
        var opening = product.Store.Hold(path);
        var uri = $"file:///{path}";
        var request = legacy
            ? tenant.LegacyRequest(await tenant.GivenSession(), JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 7, method = "resources/read", @params = new { uri } }))
            : tenant.Modern("resources/read", $"\"uri\":\"{uri}\"", uri);

        await using var stream = await EventStream.OpenAsync(request);
        opening.SetResult();

        Assert.Equal("text/event-stream", stream.MediaType);
        var answer = Assert.Single(await stream.RestAsync());
        Assert.Equal(Text, answer.GetProperty("result").GetProperty("contents")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_not_passed_for_the_whole()
    {
        var tenant = await product.GivenTenant();
        var path = $"{tenant.Slug}.png";
        await tenant.PutFile(path, new Zeros(Large, declared: true));
        product.Store.Cut(path, 2 * 1024 * 1024);

        using var answer = await Begin(tenant, $"file:///{path}");

        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_small_file_that_cannot_be_read_is_refused_without_a_word_of_why()
    {
        var tenant = await product.GivenTenant();
        var path = $"{tenant.Slug}.png";
        await tenant.PutFile(path, new Zeros(1_000, declared: true));
        product.Store.Cut(path, 0);

        var refused = await tenant.Read($"file:///{path}");

        Assert.Equal("unavailable", refused.Slug);
        Assert.DoesNotContain("/files/", refused.Text, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "TR-10"), Trait("Control", "AZ-6")]
    public async Task Revoking_the_key_cuts_an_answer_under_way()
    {
        var tenant = await product.GivenTenant();
        Assert.Equal(201, (await tenant.PutFile("large.pdf", new Zeros(100L * 1024 * 1024, declared: true))).Status);
        using var answer = await Begin(tenant, "file:///large.pdf");
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        await body.ReadExactlyAsync(buffer);

        await tenant.Revoke();

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await body.ReadAsync(buffer) > 0)
            {
                // As fast as it comes.
            }
        });
    }

    [Fact, Trait("Control", "TR-9")]
    public async Task Long_answers_are_counted_as_streams_and_short_ones_are_not()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("large.pdf", new Zeros(30L * 1024 * 1024, declared: true));
        await tenant.PutFile("small.txt", "x");
        var first = await Begin(tenant, "file:///large.pdf");
        using var second = await Begin(tenant, "file:///large.pdf");

        var third = await tenant.Read("file:///large.pdf");

        // A slow answer has become a stream by then, whose status is 200.
        Assert.Equal("rate-limited", third.Slug);
        Assert.Equal("x", (await tenant.Read("file:///small.txt")).TextContent());
        first.Dispose();
        using var freed = await McpCalls.Until(() => Begin(tenant, "file:///large.pdf"), answer => (int)answer.StatusCode == 200);
        Assert.Equal(200, (int)freed.StatusCode);
    }

    [Fact]
    public async Task A_socket_gets_what_an_answer_may_hold_and_is_told_where_the_rest_is()
    {
        var tenant = await product.GivenTenant();
        var content = RandomNumberGenerator.GetBytes(1024 * 1024);
        await tenant.PutFile("medium.png", new ByteArrayContent(content));
        await tenant.PutFile("large.png", new Zeros(Large, declared: true));
        await using var socket = await SocketClient.OpenAsync(tenant);

        var medium = await socket.AskAsync(Wire.Body("resources/read", "\"uri\":\"file:///medium.png\",", "1"));
        var large = await socket.AskAsync(Wire.Body("resources/read", "\"uri\":\"file:///large.png\",", "2"));

        Assert.True(content.AsSpan().SequenceEqual(medium.GetProperty("result").GetProperty("contents")[0].GetProperty("blob").GetBytesFromBase64()));
        Assert.Equal("too-large", large.SlugOf());
        Assert.True((await socket.AskAsync(Wire.Body("resources/list", "", "3"))).TryGetProperty("result", out _));
    }

    private static async Task<Reply> Read(TenantClient tenant, bool legacy, string uri) =>
        legacy ? await tenant.ReadLegacy(await tenant.GivenSession(), uri) : await tenant.Read(uri);

    private static Task<HttpResponseMessage> Begin(TenantClient tenant, string uri) =>
        tenant.Platform.Http.SendAsync(tenant.Request("resources/read", new { uri }, uri), HttpCompletionOption.ResponseHeadersRead);
}

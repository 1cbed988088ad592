using System.Globalization;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Resources;

/// <summary>Memory resources over REST: values as they are, compare-and-set, life and lists (RS-3).</summary>
[Trait("Control", "RS-3")]
public sealed class MemoryEndpointTests(Product product) : IAsyncLifetime
{
    private MemoryClient _memory = null!;

    public async ValueTask InitializeAsync() => _memory = new MemoryClient(await product.GivenTenant());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_text_comes_back_as_it_was_written()
    {
        var put = await _memory.Put("Note", "größe ☂", "text/markdown; charset=UTF-8");

        var get = await _memory.Get("Note");

        Assert.Equal((201, $"{_memory.Path("/Note")}"), (put.Status, put.Header("Location")));
        Assert.Equal((200, "größe ☂", "text/markdown; charset=utf-8"), (get.Status, get.Text, get.Header("Content-Type")));
        Assert.Equal(put.Header("ETag"), get.Header("ETag"));
        Assert.Equal(put.Header("ETag"), $"\"{put.Json.GetProperty("version").GetInt64()}\"");
    }

    [Fact]
    public async Task Bytes_come_back_byte_for_byte_under_their_media_type()
    {
        byte[] bytes = [0, 1, 2, 255, 254, 0xC3, 0x28];
        await _memory.Put("Image", bytes, "image/png");

        using var response = await product.Platform.Http.SendAsync(_memory.Request(HttpMethod.Get, "/Image"));

        Assert.Equal("image/png", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Without_a_media_type_it_is_bytes()
    {
        await _memory.Put("Raw", "abc", type: null);

        Assert.Equal("application/octet-stream", (await _memory.Get("Raw")).Header("Content-Type"));
    }

    [Fact]
    public async Task HEAD_tells_what_GET_would_without_the_value()
    {
        await _memory.Put("Note", "12345");

        using var response = await product.Platform.Http.SendAsync(_memory.Request(HttpMethod.Head, "/Note"));

        Assert.Equal((200, 5L), ((int)response.StatusCode, response.Content.Headers.ContentLength));
        Assert.NotNull(response.Headers.ETag);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_answer_says_when_it_ends_and_a_browser_neither_runs_nor_keeps_it()
    {
        await _memory.Put("Page", "<script>alert(1)</script>", "text/html", "?ttlSeconds=60");

        var get = await _memory.Get("Page");

        Assert.InRange(DateTimeOffset.Parse(get.Header("Sunset")!, CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.AddSeconds(30), DateTimeOffset.UtcNow.AddSeconds(61));
        Assert.Contains("sandbox", get.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.StartsWith("attachment", get.Header("Content-Disposition"), StringComparison.Ordinal);
        Assert.Equal(("nosniff", "no-store"), (get.Header("X-Content-Type-Options"), get.Header("Cache-Control")));
    }

    [Fact]
    public async Task An_overwrite_is_answered_200_and_only_the_first_write_201()
    {
        Assert.Equal(201, (await _memory.Put("Note", "one")).Status);
        Assert.Equal(200, (await _memory.Put("Note", "two")).Status);
        Assert.Equal(204, (await _memory.Delete("Note")).Status);
        Assert.Equal(404, (await _memory.Delete("Note")).Status);
        Assert.Equal(404, (await _memory.Get("Note")).Status);
        Assert.Equal(201, (await _memory.Put("Note", "three")).Status);
    }

    [Fact]
    public async Task An_update_that_another_overtook_is_refused()
    {
        var first = (await _memory.Put("Note", "one")).Header("ETag")!;
        Assert.Equal(200, (await _memory.Put("Note", "two", headers: ("If-Match", first))).Status);

        var lost = await _memory.Put("Note", "three", headers: ("If-Match", first));

        Assert.Equal((412, "precondition-failed"), (lost.Status, lost.Json.GetProperty("code").GetString()));
        Assert.Equal(412, (await _memory.Delete("Note", ("If-Match", first))).Status);
        Assert.Equal(412, (await _memory.Post("Note:extend", "{}", ("If-Match", first))).Status);
        Assert.Equal("two", (await _memory.Get("Note")).Text);
    }

    [Fact]
    public async Task Of_many_updates_of_one_version_one_is_made()
    {
        var first = (await _memory.Put("Note", "0")).Header("ETag")!;

        var raced = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => _memory.Put("Note", $"{i}", headers: ("If-Match", first))));

        Assert.Equal([200, .. Enumerable.Repeat(412, 19)], raced.Select(reply => reply.Status).Order());
        Assert.Equal(raced.Single(reply => reply.Status == 200).Header("ETag"), (await _memory.Get("Note")).Header("ETag"));
    }

    [Fact]
    public async Task A_condition_may_ask_that_nothing_or_anything_is_there()
    {
        Assert.Equal(412, (await _memory.Put("Note", "x", headers: ("If-Match", "*"))).Status);
        Assert.Equal(201, (await _memory.Put("Note", "x", headers: ("If-None-Match", "*"))).Status);
        Assert.Equal(412, (await _memory.Put("Note", "y", headers: ("If-None-Match", "*"))).Status);
        Assert.Equal(200, (await _memory.Put("Note", "z", headers: ("If-Match", "*"))).Status);
        Assert.Equal(400, (await _memory.Put("Note", "z", headers: [("If-Match", "*"), ("If-None-Match", "*")])).Status);
        Assert.Equal(412, (await _memory.Put("Note", "z", headers: ("If-Match", "W/\"1\""))).Status);
        Assert.Equal(412, (await _memory.Put("Note", "z", headers: ("If-Match", "\"not a version\""))).Status);
    }

    [Fact]
    public async Task What_a_reader_knows_already_is_not_sent_again()
    {
        var tag = (await _memory.Put("Note", "one")).Header("ETag")!;

        Assert.Equal((304, ""), (await _memory.Get("Note", ("If-None-Match", tag))) is var known ? (known.Status, known.Text) : default);
        await _memory.Put("Note", "two");
        Assert.Equal(200, (await _memory.Get("Note", ("If-None-Match", tag))).Status);
    }

    [Fact]
    public async Task An_extension_moves_the_end_and_expire_ends_it_now()
    {
        var put = (await _memory.Put("Note", "one", query: "?ttlSeconds=5")).Json;
        var extended = await _memory.Post("Note:extend", """{"ttlSeconds":7200}""");

        Assert.Equal(200, extended.Status);
        Assert.InRange(extended.Json.GetProperty("expiresAt").GetDateTimeOffset() - put.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromSeconds(7_190), TimeSpan.FromSeconds(7_300));
        Assert.Equal(put.GetProperty("updatedAt").GetDateTimeOffset(), extended.Json.GetProperty("updatedAt").GetDateTimeOffset());
        Assert.Equal(204, (await _memory.Post("Note:expire", "")).Status);
        Assert.Equal(404, (await _memory.Get("Note")).Status);
        Assert.Equal(404, (await _memory.Post("Note:extend", "{}")).Status);
    }

    [Theory]
    [InlineData("?ttlSeconds=0", "ttlSeconds")]
    [InlineData("?ttlSeconds=-5", "ttlSeconds")]
    [InlineData("?ttlSeconds=2592001", "ttlSeconds")]
    [InlineData("?priority=1.1", "priority")]
    [InlineData("?priority=NaN", "priority")]
    public async Task What_is_out_of_bounds_is_named(string query, string member)
    {
        var refused = await _memory.Put("Note", "x", query: query);

        Assert.Equal(400, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(member, out _), refused.Text);
    }

    [Theory]
    [InlineData("?ttlSeconds=1e3")]
    [InlineData("?ttlSeconds=99999999999")]
    [InlineData("?ttlSeconds=x")]
    public async Task What_is_no_number_is_refused(string query) => Assert.Equal(400, (await _memory.Put("Note", "x", query: query)).Status);

    [Fact]
    public async Task A_list_pages_by_prefix_without_gap_or_overlap()
    {
        await Task.WhenAll(new[] { "aa1", "aa2", "aa3", "ab1", "aA1", "b" }.Select(key => _memory.Put(key, key)));

        var first = await _memory.List("?prefix=aa&pageSize=2");
        var second = await _memory.List($"?prefix=aa&pageSize=2&pageToken={first.Json.GetProperty("nextPageToken").GetString()}");

        Assert.Equal(["aa1", "aa2"], MemoryClient.KeysOf(first));
        Assert.Equal(["aa3"], MemoryClient.KeysOf(second));
        Assert.False(second.Json.TryGetProperty("nextPageToken", out _));
        Assert.Equal(["aA1", "aa1", "aa2", "aa3", "ab1", "b"], MemoryClient.KeysOf(await _memory.List()));
        Assert.Empty(MemoryClient.KeysOf(await _memory.List("?prefix=zz")));
    }

    [Theory]
    [InlineData("?prefix=a/b")]
    [InlineData("?prefix=%D9%A3")]
    [InlineData("?pageSize=0")]
    [InlineData("?pageSize=201")]
    [InlineData("?pageToken=!!")]
    [InlineData("?pageToken=Li4vLi4")]
    public async Task A_question_of_another_form_is_refused(string query) => Assert.Equal(400, (await _memory.List(query)).Status);

    [Fact]
    public async Task The_usage_counts_key_value_and_overhead()
    {
        await _memory.Put("abc", "12345");
        await _memory.Put("abc", "1234567890");

        var usage = (await _memory.Usage()).Json;

        Assert.Equal((3 + 10 + 256, 1, 50L * 1024 * 1024), (usage.GetProperty("bytes").GetInt32(), usage.GetProperty("count").GetInt32(), usage.GetProperty("limit").GetInt64()));
    }

    [Fact]
    public async Task What_one_door_writes_the_other_reads()
    {
        await _memory.Put("Both", "by REST", "text/markdown");
        await _memory.Tenant.CallTool("memory_set", new { key = "Tool", value = "by MCP" });

        Assert.Equal("by REST", (await _memory.Tenant.Read("memory://Both")).Result.GetProperty("contents")[0].GetProperty("text").GetString());
        Assert.Equal("by MCP", (await _memory.Get("Tool")).Text);
    }

    [Fact]
    public async Task Each_operation_is_in_the_trail_with_its_key_and_without_its_value()
    {
        await _memory.Put("Traced", "the value itself");
        await _memory.Delete("Traced");

        var events = await product.Platform.AuditEvents(_memory.Tenant.Slug, 20);

        Assert.Equal(["memory/delete", "memory/put"], events.Where(entry => entry.GetProperty("target").GetString() == $"{_memory.Tenant.Slug}/memory/Traced").Select(entry => entry.GetProperty("action").GetString()));
        Assert.All(events, entry => Assert.DoesNotContain("the value itself", entry.ToString(), StringComparison.Ordinal));
    }
}

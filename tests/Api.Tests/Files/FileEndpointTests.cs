using System.Security.Cryptography;
using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Files;

public sealed class FileEndpointTests(Product product)
{
    [Fact, Trait("Control", "RS-2")]
    public async Task A_file_is_put_read_listed_and_deleted()
    {
        var tenant = await product.GivenTenant();

        var put = await tenant.PutFile("public/report.md", "# hello");

        Assert.Equal(201, put.Status);
        Assert.Equal(
            ("public/report.md", "text/markdown", 7, Convert.ToHexStringLower(SHA256.HashData("# hello"u8))),
            (put.Json.GetProperty("path").GetString(), put.Json.GetProperty("mimeType").GetString(), put.Json.GetProperty("size").GetInt32(), put.Json.GetProperty("sha256").GetString()));
        var got = await tenant.GetFile("public/report.md");
        Assert.Equal((200, "# hello", "text/markdown", put.Header("ETag")), (got.Status, got.Text, got.Header("Content-Type"), got.Header("ETag")));
        Assert.Equal(["public/report.md"], await Paths(tenant));
        Assert.Equal(204, (await tenant.DeleteFile("public/report.md", put.Header("ETag"))).Status);
        Assert.Equal(404, (await tenant.GetFile("public/report.md")).Status);
        Assert.Empty(await Paths(tenant));
        Assert.Equal(0, await tenant.BytesUsed());
    }

    [Fact, Trait("Control", "RS-2")]
    public async Task An_answer_is_data_to_a_browser_whatever_is_in_it()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("a.txt", new StringContent("<script>alert(1)</script>", Encoding.UTF8, "text/html"));

        var got = await tenant.GetFile("a.txt");

        Assert.Equal(("text/plain", "nosniff"), (got.Header("Content-Type"), got.Header("X-Content-Type-Options")));
        Assert.StartsWith("attachment", got.Header("Content-Disposition"), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", got.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "RS-2")]
    public async Task A_change_says_what_it_changes()
    {
        var tenant = await product.GivenTenant();
        var first = (await tenant.PutFile("a.txt", "1", ifNoneMatch: "*")).Header("ETag")!;

        Assert.Equal((428, "precondition-required"), await Refusal(tenant.PutFile("a.txt", "2")));
        Assert.Equal((412, "precondition-failed"), await Refusal(tenant.PutFile("a.txt", "2", ifNoneMatch: "*")));
        Assert.Equal((412, "precondition-failed"), await Refusal(tenant.PutFile("a.txt", "2", ifMatch: "\"1\"")));
        Assert.Equal((412, "precondition-failed"), await Refusal(tenant.PutFile("b.txt", "2", ifMatch: "*")));
        Assert.Equal((412, "precondition-failed"), await Refusal(tenant.PutFile("a.txt", "2", ifMatch: "W/" + first)));
        Assert.Equal((428, "precondition-required"), await Refusal(tenant.DeleteFile("a.txt")));
        Assert.Equal((412, "precondition-failed"), await Refusal(tenant.DeleteFile("a.txt", "\"1\"")));
        var second = await tenant.PutFile("a.txt", "2", ifMatch: first);
        Assert.Equal(200, second.Status);
        Assert.NotEqual(first, second.Header("ETag"));
        Assert.Equal("2", (await tenant.GetFile("a.txt")).Text);
        Assert.Equal(404, (await tenant.DeleteFile("b.txt", "*")).Status);
        Assert.Equal(204, (await tenant.DeleteFile("a.txt", "*")).Status);
    }

    [Fact]
    public async Task A_part_of_a_file_is_served()
    {
        var tenant = await product.GivenTenant();
        var tag = (await tenant.PutFile("a.txt", "0123456789")).Header("ETag")!;

        var part = await tenant.GetFile("a.txt", more: headers => headers.TryAddWithoutValidation("Range", "bytes=2-4"));
        var beyond = await tenant.GetFile("a.txt", more: headers => headers.TryAddWithoutValidation("Range", "bytes=10-"));
        var stale = await tenant.GetFile("a.txt", more: headers =>
        {
            headers.TryAddWithoutValidation("Range", "bytes=2-4");
            headers.TryAddWithoutValidation("If-Range", "\"1\"");
        });
        var known = await tenant.GetFile("a.txt", more: headers => headers.TryAddWithoutValidation("If-None-Match", tag));
        var head = await tenant.File(HttpMethod.Head, "a.txt");

        Assert.Equal((206, "234", "bytes 2-4/10"), (part.Status, part.Text, part.Header("Content-Range")));
        Assert.Equal(416, beyond.Status);
        Assert.Equal((200, "0123456789"), (stale.Status, stale.Text));
        Assert.Equal((304, ""), (known.Status, known.Text));
        Assert.Equal((200, "", "10", tag), (head.Status, head.Text, head.Header("Content-Length"), head.Header("ETag")));
    }

    [Theory, Trait("Control", "RS-2")]
    [InlineData("a.txt.exe")]
    [InlineData("a.TXT")]
    [InlineData("a.md.")]
    [InlineData("a.html")]
    [InlineData("a.svg")]
    [InlineData("a")]
    [InlineData(".md")]
    public async Task An_extension_that_is_not_on_the_list_is_not_taken(string path)
    {
        var refused = await product.Lab.PutFile(path, "x");

        Assert.Equal((415, "unsupported-media-type"), (refused.Status, refused.Json.GetProperty("code").GetString()));
    }

    [Theory, Trait("Control", "RS-1"), Trait("Control", "IN-3")]
    [InlineData("../secret.md")]
    [InlineData("public/../secret.md")]
    [InlineData("public/%2e%2e/secret.md")]
    [InlineData("public%2f..%2fsecret.md")]
    [InlineData("%2e%2e%2f%2e%2e%2fsecret.md")]
    [InlineData("%252e%252e/secret.md")]
    [InlineData("..%c0%afsecret.md")]
    [InlineData("..%5Csecret.md")]
    [InlineData("/etc/passwd.md")]
    [InlineData("%2Fetc/passwd.md")]
    [InlineData("public//secret.md")]
    [InlineData("a.txt%00.md")]
    [InlineData("secret.md%3Astream.md")]
    [InlineData("secret.md:stream.md")]
    [InlineData("secret.md/")]
    [InlineData("./secret.md")]
    [InlineData("memory/secret.md")]
    [InlineData("https/example.com/secret.md")]
    [InlineData("x/../../../../../v1/tenants/{slug}/resources/files/secret.md")]
    public async Task No_spelling_of_a_path_leads_elsewhere(string path)
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("secret.md", "secret");
        var target = $"/v1/tenants/{tenant.Slug}/resources/files/{path.Replace("{slug}", tenant.Slug, StringComparison.Ordinal)}";

        Assert.All(await Task.WhenAll(Ask("GET"), Ask("PUT"), Ask("DELETE")), answer => Assert.True(answer.Status is 400 or 404, answer.ToString()));
        Assert.Equal(["secret.md"], await Paths(tenant));
        Assert.Equal("secret", (await tenant.GetFile("secret.md")).Text);

        Task<Reply> Ask(string method) => Wire.SocketAsync(tenant.Platform.ManagementUrl,
                $"{method} {target} HTTP/1.1\r\nHost: {tenant.Platform.ManagementUrl.Authority}\r\nConnection: close\r\nAuthorization: Bearer {tenant.Platform.AdminKey}\r\nIf-Match: *\r\nContent-Length: 0\r\n\r\n");
    }

    [Fact, Trait("Control", "AZ-2"), Trait("Control", "AZ-5")]
    public async Task A_permission_speaks_of_paths()
    {
        var tenant = await product.GivenTenant();
        foreach (var path in new[] { "public/a.md", "public/b/c.md", "publicX/a.md", "secret.md" })
        {
            Assert.Equal(201, (await tenant.PutFile(path, "x")).Status);
        }

        var reader = await tenant.GivenFileManager(["resources:read:public/*"], ["resources:read:public/b/*"]);

        Assert.Equal(200, (await tenant.GetFile("public/a.md", reader)).Status);
        Assert.All(
            [await tenant.GetFile("public/b/c.md", reader), await tenant.GetFile("publicX/a.md", reader), await tenant.GetFile("secret.md", reader), await tenant.GetFile("nothing.md", reader), await tenant.PutFile("public/d.md", "x", credential: reader), await tenant.DeleteFile("public/a.md", "*", reader)],
            refused => Assert.Equal(403, refused.Status));
        Assert.Equal(["public/a.md"], await Paths(tenant, credential: reader));
        Assert.Equal((await tenant.GetFile("secret.md", reader)).TextWithoutIds.Replace("secret", "nothing", StringComparison.Ordinal), (await tenant.GetFile("nothing.md", reader)).TextWithoutIds);
    }

    [Fact, Trait("Control", "AZ-2")]
    public async Task Who_may_write_below_a_folder_writes_there_and_nowhere_else()
    {
        var tenant = await product.GivenTenant();
        var writer = await tenant.GivenFileManager(["resources:write:inbox/*"]);

        Assert.Equal(201, (await tenant.PutFile("inbox/a.md", "x", credential: writer)).Status);
        Assert.Equal(403, (await tenant.PutFile("inbox.md", "x", credential: writer)).Status);
        Assert.Equal(403, (await tenant.GetFile("inbox/a.md", writer)).Status);
        Assert.Equal(403, (await tenant.Rest(HttpMethod.Get, "resources/files", credential: writer)).Status);
        Assert.Equal(204, (await tenant.DeleteFile("inbox/a.md", "*", writer)).Status);
    }

    [Fact, Trait("Control", "RS-4")]
    public async Task Another_tenants_file_is_answered_as_if_the_tenant_did_not_exist()
    {
        var (mine, theirs) = (await product.GivenTenant(), await product.GivenTenant());
        await theirs.PutFile("a.md", "x");
        var manager = await mine.GivenFileManager(["*"]);

        var there = await theirs.GetFile("a.md", manager);
        var nothing = await theirs.GetFile("b.md", manager);

        Assert.Equal((404, "tenant-not-found"), (there.Status, there.Json.GetProperty("code").GetString()));
        Assert.Equal(there.TextWithoutIds, nothing.TextWithoutIds);
    }

    [Fact]
    public async Task A_list_goes_on_by_pages_below_a_folder()
    {
        var tenant = await product.GivenTenant();
        foreach (var path in new[] { "a/1.md", "a/2.md", "a/b/3.md", "a.md", "ab/4.md" })
        {
            await tenant.PutFile(path, "x");
        }

        var first = await tenant.Rest(HttpMethod.Get, "resources/files?folder=a&pageSize=2");
        var second = await tenant.Rest(HttpMethod.Get, $"resources/files?folder=a&pageSize=2&pageToken={first.Json.GetProperty("nextPageToken").GetString()}");

        Assert.Equal(["a/1.md", "a/2.md", "a/b/3.md"], first.Items().Concat(second.Items()).Select(file => file.GetProperty("path").GetString()));
        Assert.False(second.Json.TryGetProperty("nextPageToken", out _));
        Assert.Equal(400, (await tenant.Rest(HttpMethod.Get, "resources/files?folder=../a")).Status);
        Assert.Equal(400, (await tenant.Rest(HttpMethod.Get, "resources/files?pageToken=Li4vYQ")).Status);
    }

    [Fact, Trait("Control", "RS-2")]
    public async Task A_client_that_breaks_off_gives_its_room_back()
    {
        var tenant = await product.GivenTenant();
        using (var client = new System.Net.Sockets.TcpClient())
        {
            await client.ConnectAsync(System.Net.IPAddress.Parse(tenant.Platform.ManagementUrl.Host), tenant.Platform.ManagementUrl.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"PUT /v1/tenants/{tenant.Slug}/resources/files/a.txt HTTP/1.1\r\nHost: {tenant.Platform.ManagementUrl.Authority}\r\nAuthorization: Bearer {tenant.Platform.AdminKey}\r\nContent-Length: 1000000\r\n\r\n{new string('x', 200_000)}"));
            Assert.Equal(1_000_000, await UsedWhen(tenant, 1_000_000));
        }

        Assert.Equal(0, await UsedWhen(tenant, 0));
        Assert.Empty(await Paths(tenant));
    }

    [Fact]
    public async Task A_coding_or_a_part_is_not_stored_as_if_it_were_the_file()
    {
        var tenant = await product.GivenTenant();
        var coded = new StringContent("x");
        coded.Headers.ContentEncoding.Add("gzip");
        var part = new StringContent("x");
        part.Headers.ContentRange = new System.Net.Http.Headers.ContentRangeHeaderValue(0, 0, 2);

        Assert.Equal(415, (await tenant.PutFile("a.txt", coded)).Status);
        Assert.Equal(415, (await tenant.PutFile("a.txt", part)).Status);
    }

    [Fact, Trait("Control", "AL-1")]
    public async Task The_trail_names_the_file()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("a.txt", "x");

        var written = (await tenant.Platform.AuditEvents(tenant.Slug, 100)).Single(entry => entry.GetProperty("action").GetString() == "files/put");

        Assert.Equal($"{tenant.Slug}/a.txt", written.GetProperty("target").GetString());
    }

    /// <summary>Bytes in use, as soon as they are the awaited ones, or after a while.</summary>
    private static async Task<long> UsedWhen(TenantClient tenant, long wanted)
    {
        var started = TimeProvider.System.GetTimestamp();
        var used = await tenant.BytesUsed();
        while (used != wanted && TimeProvider.System.GetElapsedTime(started) < Wire.Patience)
        {
            used = await tenant.BytesUsed();
        }

        return used;
    }

    private static async Task<(int, string?)> Refusal(Task<Reply> answer) => ((await answer).Status, (await answer).Json.GetProperty("code").GetString());

    private static async Task<string?[]> Paths(TenantClient tenant, string? credential = null) =>
        [.. (await tenant.Rest(HttpMethod.Get, "resources/files", credential: credential)).Items().Select(file => file.GetProperty("path").GetString())];
}

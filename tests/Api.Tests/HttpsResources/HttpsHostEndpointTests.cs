using System.Text.Json;
using Platform.Api.Tests.Files;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.HttpsResources;

/// <summary>A tenant's list of https hosts, over REST.</summary>
[Trait("Control", "IN-4")]
public sealed class HttpsHostEndpointTests(Product product)
{
    [Fact]
    public async Task A_host_is_listed_read_changed_and_taken_off()
    {
        var tenant = await product.GivenTenant();

        var made = await tenant.PutHost("docs.example.com", new { pathPrefix = "/docs", contentTypes = new[] { "text/plain" }, maxBytes = 1000 }, ifNoneMatch: "*");
        Assert.Equal((201, "docs.example.com", "/docs", 1000), (made.Status, Of(made.Json, "host"), Of(made.Json, "pathPrefix"), made.Json.GetProperty("maxBytes").GetInt32()));
        var read = await tenant.GetHost("docs.example.com");
        Assert.Equal((200, made.Header("ETag"), made.Text), (read.Status, read.Header("ETag"), read.Text));

        var changed = await tenant.PutHost("docs.example.com", new { pathPrefix = "/" }, ifMatch: made.Header("ETag"));
        Assert.Equal((200, "/", 1_048_576), (changed.Status, Of(changed.Json, "pathPrefix"), changed.Json.GetProperty("maxBytes").GetInt32()));
        Assert.Contains("text/markdown", changed.Json.GetProperty("contentTypes").EnumerateArray().Select(type => type.GetString()));
        Assert.NotEqual(made.Header("ETag"), changed.Header("ETag"));

        Assert.Equal(204, (await tenant.DeleteHost("docs.example.com", changed.Header("ETag"))).Status);
        Assert.Equal(404, (await tenant.GetHost("docs.example.com")).Status);
        Assert.Empty((await tenant.ListHosts()).Items());
    }

    [Fact]
    public async Task A_change_says_what_it_changes()
    {
        var tenant = await product.GivenTenant();
        Assert.Equal(428, (await tenant.PutHost("a.example.com")).Status);
        Assert.Equal(412, (await tenant.PutHost("a.example.com", ifMatch: "*")).Status);
        var first = await tenant.PutHost("a.example.com", ifNoneMatch: "*");
        Assert.Equal(412, (await tenant.PutHost("a.example.com", ifNoneMatch: "*")).Status);
        Assert.Equal(200, (await tenant.PutHost("a.example.com", ifMatch: first.Header("ETag"))).Status);

        Assert.Equal(412, (await tenant.PutHost("a.example.com", ifMatch: first.Header("ETag"))).Status);
        Assert.Equal(428, (await tenant.DeleteHost("a.example.com")).Status);
        Assert.Equal(412, (await tenant.DeleteHost("a.example.com", first.Header("ETag"))).Status);
        Assert.Equal(404, (await tenant.DeleteHost("b.example.com", "*")).Status);
        Assert.Equal(204, (await tenant.DeleteHost("a.example.com", "*")).Status);
    }

    [Fact]
    public async Task A_list_has_pages()
    {
        var tenant = await product.GivenTenant();
        foreach (var host in new[] { "c.example.com", "a.example.com", "b.example.com:8443" })
        {
            await tenant.PutHost(host, ifNoneMatch: "*");
        }

        var first = await tenant.ListHosts("?pageSize=2");
        var second = await tenant.ListHosts($"?pageSize=2&pageToken={Of(first.Json, "nextPageToken")}");

        Assert.Equal(["a.example.com", "b.example.com:8443", "c.example.com"], first.Items().Concat(second.Items()).Select(entry => Of(entry, "host")));
        Assert.False(second.Json.TryGetProperty("nextPageToken", out _));
        Assert.Equal(400, (await tenant.ListHosts("?pageToken=bm9uZQ")).Status);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0x7f000001")]
    [InlineData("2130706433")]
    [InlineData("0177.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("localhost")]
    [InlineData("metadata.google.internal")]
    [InlineData("*.example.com")]
    [InlineData("Docs.example.com")]
    [InlineData("docs.example.com.")]
    [InlineData("docs.example.com:443")]
    [InlineData("docs.example.com@127.0.0.1")]
    [InlineData("docs.example.com/a")]
    [InlineData("bücher.example")]
    [InlineData("docs.example.com\r\nx")]
    public async Task What_is_no_public_name_is_not_listed(string host)
    {
        var reply = await product.Lab.PutHost(host, ifNoneMatch: "*");

        Assert.True(reply.Status is 400 or 404, reply.ToString());
        Assert.Empty((await product.Lab.ListHosts()).Items());
    }

    [Theory]
    [InlineData("""{"pathPrefix":"docs"}""", "pathPrefix")]
    [InlineData("""{"pathPrefix":"/docs/../a"}""", "pathPrefix")]
    [InlineData("""{"pathPrefix":null}""", "pathPrefix")]
    [InlineData("""{"contentTypes":[]}""", "contentTypes")]
    [InlineData("""{"contentTypes":["text/*"]}""", "contentTypes[0]")]
    [InlineData("""{"contentTypes":["*/*"]}""", "contentTypes[0]")]
    [InlineData("""{"contentTypes":["Text/Plain"]}""", "contentTypes[0]")]
    [InlineData("""{"contentTypes":["text/plain; charset=utf-8"]}""", "contentTypes[0]")]
    [InlineData("""{"contentTypes":["text/plain\r\nX: y"]}""", "contentTypes[0]")]
    [InlineData("""{"contentTypes":["text/plain","text/plain"]}""", "contentTypes")]
    [InlineData("""{"contentTypes":[null]}""", "contentTypes[0]")]
    [InlineData("""{"maxBytes":0}""", "maxBytes")]
    [InlineData("""{"maxBytes":2097153}""", "maxBytes")]
    public async Task An_entry_that_is_not_valid_is_refused_by_the_name_of_its_member(string body, string member)
    {
        var reply = await product.Lab.PutHost("docs.example.com", JsonSerializer.Deserialize<JsonElement>(body), ifNoneMatch: "*");

        Assert.True(reply.Status == 400, reply.ToString());
        Assert.Contains($"\"{member}\"", reply.Text, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "AZ-2")]
    public async Task Who_writes_resources_does_not_open_a_way_out()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutHost("docs.example.com", ifNoneMatch: "*");
        var writer = await tenant.GivenFileManager(["resources:*"]);
        var reader = await tenant.GivenFileManager(["https-hosts:read"]);
        var manager = await tenant.GivenFileManager(["https-hosts:*"]);

        Assert.Equal(403, (await tenant.PutHost("a.example.com", ifNoneMatch: "*", credential: writer)).Status);
        Assert.Equal(403, (await tenant.DeleteHost("docs.example.com", "*", writer)).Status);
        Assert.Equal(403, (await tenant.ListHosts(credential: writer)).Status);
        Assert.Equal(200, (await tenant.ListHosts(credential: reader)).Status);
        Assert.Equal(403, (await tenant.PutHost("a.example.com", ifNoneMatch: "*", credential: reader)).Status);
        Assert.Equal(201, (await tenant.PutHost("a.example.com", ifNoneMatch: "*", credential: manager)).Status);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Another_tenant_has_a_list_of_its_own()
    {
        var (mine, theirs) = (await product.GivenTenant(), await product.GivenTenant());
        await mine.PutHost("docs.example.com", ifNoneMatch: "*");
        var stranger = await theirs.GivenFileManager(["https-hosts:*"]);

        Assert.Empty((await theirs.ListHosts()).Items());
        Assert.Equal(404, (await mine.GetHost("docs.example.com", stranger)).Status);
        Assert.Equal(404, (await mine.DeleteHost("docs.example.com", "*", stranger)).Status);
        Assert.Single((await mine.ListHosts()).Items());
    }

    [Fact, Trait("Control", "AL-1")]
    public async Task Changes_are_on_record_with_the_host()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutHost("docs.example.com", ifNoneMatch: "*");
        await tenant.PutHost("docs.example.com");
        await tenant.DeleteHost("docs.example.com", "*");

        var events = (await tenant.Platform.AuditEvents(tenant.Slug, 100)).Where(entry => Of(entry, "action")!.StartsWith("https-hosts/", StringComparison.Ordinal)).Reverse().ToArray();

        Assert.Equal(["https-hosts/put", "https-hosts/put", "https-hosts/delete"], events.Select(entry => Of(entry, "action")));
        Assert.Equal(["ok", "precondition-required", "ok"], events.Select(entry => Of(entry, "outcome")));
        Assert.All(events, entry => Assert.EndsWith("/docs.example.com", Of(entry, "target"), StringComparison.Ordinal));
    }

    private static string? Of(JsonElement element, string member) => element.GetProperty(member).GetString();
}

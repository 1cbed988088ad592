using System.Net;
using Platform.Api.Tests.Files;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.HttpsResources;

/// <summary>What agents, hosts and their name servers try (OWASP API7; MCP security best practices, SSRF).</summary>
[Trait("Control", "IN-4")]
public sealed class HttpsAttackTests(HttpsProduct product)
{
    [Theory]
    [InlineData("https://127.0.0.1:{port}/admin")]
    [InlineData("https://127.1:{port}/admin")]
    [InlineData("https://2130706433:{port}/admin")]
    [InlineData("https://0x7f000001:{port}/admin")]
    [InlineData("https://0x7f.0x0.0x0.0x1:{port}/admin")]
    [InlineData("https://0177.0.0.1:{port}/admin")]
    [InlineData("https://[::1]:{port}/admin")]
    [InlineData("https://[::ffff:127.0.0.1]:{port}/admin")]
    [InlineData("https://[0:0:0:0:0:ffff:7f00:1]:{port}/admin")]
    [InlineData("https://localhost:{port}/admin")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://{host}@127.0.0.1:{port}/admin")]
    [InlineData("https://{host}:{port}@127.0.0.1:{port}/admin")]
    [InlineData("https://user@{host}:{port}/admin")]
    [InlineData("https://user:secret@{host}:{port}/admin")]
    [InlineData("https://127.0.0.1:{port}\\@{host}:{port}/admin")]
    [InlineData("https://127.0.0.1:{port}#@{host}:{port}/admin")]
    [InlineData("https://127.0.0.1:{port}?@{host}:{port}/admin")]
    [InlineData("https://{host}:{port}/admin?a=b")]
    [InlineData("https://{host}:{port}/admin#a")]
    [InlineData("https://{host}.:{port}/admin")]
    [InlineData("https://{host}%00.evil.example:{port}/admin")]
    [InlineData("https://{host}%2eevil.example:{port}/admin")]
    [InlineData("https://docs。example。test:{port}/admin")]
    [InlineData("https://ⓓocs.example.test:{port}/admin")]
    [InlineData("https://{host}:{port}/docs/../admin")]
    [InlineData("https://{host}:{port}/docs/%2e%2e/admin")]
    [InlineData("https://{host}:{port}/docs/..;/admin")]
    [InlineData("https://{host}:{port}/docs/%252e%252e/admin")]
    [InlineData("https://{host}:{port}/docs\\..\\admin")]
    [InlineData("https://{host}:{port}//admin")]
    [InlineData("https://{host}:{port}/admin\r\nX-Injected: yes")]
    [InlineData("https://{host}:{port}/admin%0d%0aX-Injected:%20yes")]
    [InlineData("https://{host}:{port}/admin HTTP/1.1")]
    [InlineData("https:///{host}:{port}/admin")]
    [InlineData("https:/{host}:{port}/admin")]
    [InlineData("https:{host}:{port}/admin")]
    [InlineData("//{host}:{port}/admin")]
    [InlineData("HTTPS://{host}:{port}/admin")]
    [InlineData("http://{host}:{port}/admin")]
    [InlineData("ftp://{host}:{port}/admin")]
    [InlineData("gopher://{host}:{port}/_GET")]
    [InlineData("https://{host}:0{port}/admin")]
    [InlineData("https://{host}/admin")]
    [InlineData("https://{host}:22/admin")]
    [InlineData("https://sub.{host}:{port}/admin")]
    [InlineData("https://{host}.evil.example:{port}/admin")]
    [InlineData("https://evil{host}:{port}/admin")]
    [InlineData("https://example.test:{port}/admin")]
    public async Task What_is_not_a_page_of_the_list_is_not_even_looked_up(string written)
    {
        var tenant = await product.GivenReader(new { pathPrefix = "/docs" });
        var uri = written.Replace("{host}", HttpsProduct.Host, StringComparison.Ordinal).Replace("{port}", product.Web.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var session = await tenant.GivenSession();
        var asked = product.Asked.Count(request => request.Target.StartsWith("/admin", StringComparison.Ordinal));

        // Without headers: what they cannot carry is read in the body all the same.
        var read = await tenant.ReadLegacy(session, uri);

        Assert.Equal((200, -32002, "resource-not-found"), (read.Status, read.Code, read.Slug));
        Assert.Equal(asked, product.Asked.Count(request => request.Target.StartsWith("/admin", StringComparison.Ordinal)));
        Assert.DoesNotContain("the secret", read.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.170")]
    [InlineData("192.168.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:a9fe:a9fe::1")]
    [InlineData("2001:db8::1")]
    [InlineData("127.0.0.1,169.254.169.254")]
    [InlineData("")]
    public async Task A_listed_name_that_leads_inside_is_not_followed(string addresses)
    {
        var name = $"n{Guid.NewGuid():N}.example.test";
        product.Resolve(name, () => [.. addresses.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)]);
        var tenant = await product.GivenTenant();
        await tenant.PutHost(product.Named(name), ifNoneMatch: "*");

        var read = await tenant.Read($"https://{product.Named(name)}/docs/guide");

        Assert.Equal(("upstream-failed", 1), (read.Slug, product.TimesResolved(name)));
        Assert.Equal("The page could not be read: it must be served over https from a public address, without redirects or compression, within 1048576 bytes and 10 s.", read.Message);
    }

    [Fact]
    public async Task A_name_whose_answer_changes_is_resolved_once_for_each_read_and_judged_each_time()
    {
        // The certificate is good for this name too.
        var name = $"r{Guid.NewGuid():N}.{HttpsProduct.Host}";
        var answers = new Queue<IPAddress>([IPAddress.Loopback, IPAddress.Parse("169.254.169.254"), IPAddress.Loopback]);
        product.Resolve(name, () => [answers.Dequeue()]);
        var tenant = await product.GivenTenant();
        await tenant.PutHost(product.Named(name), ifNoneMatch: "*");
        var uri = $"https://{product.Named(name)}/docs/guide";

        Assert.Equal("# héllo\n", (await tenant.Read(uri)).TextContent());
        Assert.Equal(1, product.TimesResolved(name));
        Assert.Equal("upstream-failed", (await tenant.Read(uri)).Slug);
        Assert.Equal(2, product.TimesResolved(name));
        Assert.Equal("# héllo\n", (await tenant.Read(uri)).TextContent());
        Assert.Equal(3, product.TimesResolved(name));
    }

    [Fact]
    public async Task A_certificate_of_another_name_is_none()
    {
        var name = $"n{Guid.NewGuid():N}.example.test";
        product.Resolve(name, () => [IPAddress.Loopback]);
        var tenant = await product.GivenTenant();
        await tenant.PutHost(product.Named(name), ifNoneMatch: "*");

        Assert.Equal("upstream-failed", (await tenant.Read($"https://{product.Named(name)}/docs/guide")).Slug);
    }

    [Theory]
    [InlineData("redirect")]
    [InlineData("redirect-metadata")]
    [InlineData("moved-for-good")]
    [InlineData("broken")]
    [InlineData("locked")]
    [InlineData("partial")]
    [InlineData("gzip")]
    [InlineData("script")]
    [InlineData("typeless")]
    [InlineData("endless")]
    [InlineData("cut")]
    public async Task An_answer_that_is_not_a_plain_page_of_a_taken_type_within_its_size_is_none(string path)
    {
        var tenant = await product.GivenReader();
        var before = product.Asked.Count(request => request.Target == "/admin");

        var read = await tenant.Read(product.Url(path));

        Assert.Equal((200, 50201, "upstream-failed"), (read.Status, read.Code, read.Slug));
        Assert.DoesNotContain("secret", read.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("metadata", read.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, product.Asked.Count(request => request.Target == "/admin"));
    }

    [Fact]
    public async Task A_page_that_says_it_is_elsewhere_is_read_and_not_followed()
    {
        var tenant = await product.GivenReader();
        var before = product.Asked.Count(request => request.Target == "/admin");

        Assert.StartsWith("<meta", (await tenant.Read(product.Url("refresh"))).TextContent(), StringComparison.Ordinal);
        Assert.Equal(before, product.Asked.Count(request => request.Target == "/admin"));
    }

    [Fact]
    public async Task A_prefix_ends_where_a_segment_ends()
    {
        var tenant = await product.GivenReader(new { pathPrefix = "/doc" });

        Assert.Equal("resource-not-found", (await tenant.Read(product.Url("docs/guide"))).Slug);
        Assert.Equal("resource-not-found", (await tenant.Read(product.Url("admin"))).Slug);
    }

    [Fact, Trait("Control", "AZ-2")]
    public async Task Who_may_read_some_pages_reads_those_and_nothing_else()
    {
        var tenant = await product.GivenReader();
        var reader = await tenant.GivenReader([$"resources:read:https/{product.Authority}/docs/*"]);
        var files = await tenant.GivenReader(["resources:read:public/*"]);
        var denied = await tenant.GivenReader(["resources:read"], ["resources:read:https/*"]);

        Assert.Equal("# héllo\n", (await reader.Read(product.Url("docs/guide"))).TextContent());
        foreach (var client in new[] { reader, files, denied })
        {
            var (page, elsewhere) = (await client.Read(product.Url("admin")), await client.Read("https://other.example.com/admin"));

            Assert.Equal((403, 403), (page.Status, elsewhere.Status));
            Assert.Equal(page.TextWithoutIds, elsewhere.TextWithoutIds);
        }
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task One_tenants_list_opens_nothing_to_another()
    {
        var mine = await product.GivenReader();
        var theirs = await product.GivenTenant();

        Assert.Equal("resource-not-found", (await theirs.Read(product.Url("docs/guide"))).Slug);
        Assert.Empty(await theirs.CompleteBase(""));
        Assert.Equal(401, (await (theirs with { Slug = mine.Slug }).Read(product.Url("docs/guide"))).Status);
        Assert.Equal("# héllo\n", (await mine.Read(product.Url("docs/guide"))).TextContent());
    }
}

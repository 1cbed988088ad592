using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>Endpoints by host: whose a name is, what is served there, and what names clients are told. {lab} and {other} are the tenants' slugs.</summary>
[Trait("Control", "TR-6")]
public sealed class TenantHostTests(HostedProduct product)
{
    [Theory]
    [InlineData("{lab}.tenants.example", "/mcp")]
    [InlineData("{lab}.TENANTS.example", "/mcp")]
    [InlineData("{lab}.tenants.example:1", "/mcp")]
    [InlineData("{lab}.tenants.example:65535", "/mcp")]
    [InlineData("{lab}.own.example", "/mcp")]
    [InlineData("{lab}.OWN.EXAMPLE:443", "/mcp")]
    [InlineData("gate.example", "/t/{lab}/mcp")]
    [InlineData("GATE.example:8443", "/t/{lab}/mcp")]
    [InlineData("localhost", "/t/{lab}/mcp")]
    [InlineData("127.0.0.1:5080", "/t/{lab}/mcp")]
    [InlineData("[::1]", "/t/{lab}/mcp")]
    public async Task An_endpoint_is_served_by_its_hosts_and_by_its_path_on_ours(string host, string target)
    {
        Assert.Equal(200, (await Call(host, target)).Status);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("{lab}.tenants.example.evil")]
    [InlineData("{lab}.tenants.example.")]
    [InlineData("{lab}.own.example.")]
    [InlineData("gate.example.")]
    [InlineData("{lab}.evil.tenants.example")]
    [InlineData("evil.{lab}.own.example")]
    [InlineData("{lab}tenants.example")]
    [InlineData("tenants.example")]
    [InlineData(".tenants.example")]
    [InlineData("own.example")]
    [InlineData("-.tenants.example")]
    [InlineData("a--b.tenants.example")]
    [InlineData("{lab}_.tenants.example")]
    [InlineData("{lab}.tenants.example:0")]
    [InlineData("{lab}.tenants.example:65536")]
    [InlineData("{lab}.own.example:080")]
    [InlineData("127.0.0.2")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("169.254.169.254")]
    [InlineData("[::2]")]
    [InlineData("[0:0:0:0:0:0:0:1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("")]
    public async Task A_name_that_is_nobodys_is_refused_in_either_form(string host)
    {
        foreach (var target in new[] { "/mcp", "/t/{lab}/mcp" })
        {
            var reply = await Call(host, target);

            Assert.Equal((403, "host-denied"), (reply.Status, reply.Slug));
            Assert.DoesNotContain(reply.Headers, header => header.Value.Contains("evil", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("user@{lab}.own.example")]
    [InlineData("{lab}.own.example, evil.example")]
    [InlineData("{lab}.own.example/")]
    [InlineData("{lab}.own.example evil.example")]
    [InlineData("{lab}.öwn.example")]
    [InlineData("{lab}.own。example")]
    [InlineData("{lab}.own.example:")]
    [InlineData("{lab}.own.example:80:80")]
    [InlineData("{lab}.own.example:http")]
    [InlineData("[::1")]
    [InlineData("{lab}.own.example\r\nHost: {lab}.own.example")]
    [InlineData("{lab}.own.example\r\nHost: {other}.own.example")]
    public async Task What_is_no_host_is_never_served(string host)
    {
        Assert.InRange((await Call(host)).Status, 400, 403);
    }

    [Theory]
    [InlineData("http://evil.example/mcp", "{lab}.own.example", 400)]
    [InlineData("http://{other}.own.example/mcp", "{lab}.own.example", 400)]
    [InlineData("http://user@{lab}.own.example/mcp", "{lab}.own.example", 400)]
    [InlineData("http://{lab}.own.example/mcp", "{lab}.own.example", 200)]
    public async Task An_absolute_target_must_agree_with_the_host(string target, string host, int status)
    {
        Assert.Equal(status, (await Call(host, target)).Status);
    }

    [Theory]
    [InlineData("{lab}.own.example", "/t/{other}/mcp")]
    [InlineData("{lab}.own.example", "/t/{lab}/mcp")]
    [InlineData("{lab}.tenants.example", "/t/{other}/mcp")]
    [InlineData("{lab}.tenants.example", "/t/{lab}/mcp")]
    [InlineData("{lab}.own.example", "/MCP")]
    [InlineData("{lab}.own.example", "/mcp/")]
    [InlineData("{lab}.own.example", "/")]
    [InlineData("{lab}.own.example", "/v1/tenants")]
    [InlineData("{lab}.own.example", "/health/live")]
    [InlineData("{lab}.own.example", "/.well-known/oauth-protected-resource/t/{lab}/mcp")]
    [InlineData("gate.example", "/mcp")]
    [InlineData("localhost", "/mcp")]
    [InlineData("localhost", "/.well-known/oauth-protected-resource/mcp")]
    [InlineData("localhost", "/.well-known/oauth-protected-resource")]
    public async Task A_tenants_host_serves_that_tenant_and_ours_serve_no_tenant_without_its_path(string host, string path)
    {
        Assert.Equal((404, ""), await product.Get(Fill(host), Fill(path)) is var get ? (get.Status, get.Text) : default);
        Assert.Equal((404, ""), await Call(host, path) is var post ? (post.Status, post.Text) : default);
    }

    [Fact]
    public async Task A_name_under_the_domain_that_no_tenant_has_is_an_unknown_tenant()
    {
        var byHost = await product.Call("nobody.tenants.example");
        var byPath = await product.Call("localhost", "/t/nobody/mcp");

        Assert.Equal((404, "tenant-not-found"), (byHost.Status, byHost.Slug));
        Assert.Equal(byPath.TextWithoutIds, byHost.TextWithoutIds);
    }

    [Theory]
    [Trait("Control", "AU-10")]
    [InlineData("{lab}.own.example", "/mcp", "https://{lab}.own.example:8443/mcp", "https://{lab}.own.example:8443/.well-known/oauth-protected-resource/mcp")]
    [InlineData("{lab}.OWN.example:1", "/mcp", "https://{lab}.own.example:8443/mcp", "https://{lab}.own.example:8443/.well-known/oauth-protected-resource/mcp")]
    [InlineData("{lab}.tenants.example", "/mcp", "https://{lab}.tenants.example:8443/mcp", "https://{lab}.tenants.example:8443/.well-known/oauth-protected-resource/mcp")]
    [InlineData("localhost", "/t/{lab}/mcp", "https://gate.example:8443/t/{lab}/mcp", "https://gate.example:8443/.well-known/oauth-protected-resource/t/{lab}/mcp")]
    [InlineData("gate.example", "/t/{lab}/mcp", "https://gate.example:8443/t/{lab}/mcp", "https://gate.example:8443/.well-known/oauth-protected-resource/t/{lab}/mcp")]
    public async Task Challenge_and_metadata_name_the_endpoint_by_which_the_client_came(string host, string path, string resource, string metadata)
    {
        var challenge = await Call(host, path, product.Lab.With("none"));
        var scope = await Call(host, path, await product.Lab.GivenKey(null, "service"));
        var document = await product.Get(Fill(host), $"/.well-known/oauth-protected-resource{Fill(path)}");

        Assert.Equal(401, challenge.Status);
        Assert.Contains($"resource_metadata=\"{Fill(metadata)}\"", challenge.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal(403, scope.Status);
        Assert.Contains($"error=\"insufficient_scope\", scope=\"tools:read\", resource_metadata=\"{Fill(metadata)}\"", scope.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal(Fill(resource), document.Json.GetProperty("resource").GetString());
    }

    [Theory]
    [InlineData("{lab}.own.example")]
    [InlineData("{lab}.tenants.example")]
    public async Task A_host_with_one_resource_answers_the_bare_well_known_path_too(string host)
    {
        var bare = await product.Get(Fill(host), "/.well-known/oauth-protected-resource");
        var full = await product.Get(Fill(host), "/.well-known/oauth-protected-resource/mcp");

        Assert.Equal((200, full.Text), (bare.Status, bare.Text));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("{lab}.own.example.evil")]
    public async Task Metadata_are_not_served_to_a_foreign_name(string host)
    {
        var reply = await product.Get(Fill(host), "/.well-known/oauth-protected-resource/mcp");

        Assert.Equal((404, ""), (reply.Status, reply.Text));
    }

    [Theory]
    [Trait("Control", "RS-4")]
    [Trait("Control", "AZ-4")]
    [InlineData("{other}.own.example")]
    [InlineData("{other}.tenants.example")]
    public async Task A_key_of_one_tenant_is_an_unknown_key_on_anothers_host(string host)
    {
        var foreign = await Call(host, "/mcp", product.Lab);
        var unknown = await Call(host, "/mcp", product.Other.With(KeyForge.UnknownId(product.Other.Key)));

        Assert.Equal(401, foreign.Status);
        Assert.Equal((unknown.Status, unknown.TextWithoutIds, unknown.Header("WWW-Authenticate")), (foreign.Status, foreign.TextWithoutIds, foreign.Header("WWW-Authenticate")));
        Assert.Equal(200, (await Call(host, "/mcp", product.Other)).Status);
    }

    [Theory]
    [Trait("Control", "TR-10")]
    [InlineData("{lab}.own.example", "/ws", 426)]
    [InlineData("gate.example", "/t/{lab}/ws", 426)]
    [InlineData("evil.example", "/ws", 403)]
    public async Task A_WebSocket_is_reached_by_host_and_by_path_and_by_no_foreign_name(string host, string path, int status)
    {
        Assert.Equal(status, (await product.Get(Fill(host), Fill(path))).Status);
    }

    private Task<Reply> Call(string host, string target = "/mcp", TenantClient? client = null) => product.Call(Fill(host), Fill(target), client: client);

    private string Fill(string text) =>
        text.Replace("{lab}", product.Lab.Slug, StringComparison.Ordinal).Replace("{other}", product.Other.Slug, StringComparison.Ordinal);
}

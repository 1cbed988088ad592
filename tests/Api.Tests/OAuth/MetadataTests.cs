using System.Text.Json;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

[Collection(OAuthTests.Name)]
[Trait("Control", "AU-10")]
public sealed class MetadataTests(OAuthProduct product)
{
    [Fact]
    public async Task The_metadata_are_where_clients_of_every_revision_look()
    {
        var tenant = product.Lab;
        string[] places =
        [
            $"/.well-known/oauth-authorization-server/t/{tenant.Tenant.Slug}",
            $"/.well-known/openid-configuration/t/{tenant.Tenant.Slug}",
            $"/t/{tenant.Tenant.Slug}/.well-known/openid-configuration",
        ];

        var replies = await Task.WhenAll(places.Select(place => tenant.Get(place)));

        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        Assert.Single(replies.Select(reply => reply.Text).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_metadata_say_what_MCP_asks_for()
    {
        var tenant = product.Lab;

        var metadata = (await tenant.Get($"/.well-known/oauth-authorization-server/t/{tenant.Tenant.Slug}")).Json;

        Assert.Equal(tenant.Issuer, metadata.GetProperty("issuer").GetString());
        Assert.Equal($"{tenant.Issuer}/oauth/authorize", metadata.GetProperty("authorization_endpoint").GetString());
        Assert.Equal($"{tenant.Issuer}/oauth/token", metadata.GetProperty("token_endpoint").GetString());
        Assert.Equal($"{tenant.Issuer}/oauth/introspect", metadata.GetProperty("introspection_endpoint").GetString());
        Assert.Equal($"{tenant.Issuer}/oauth/revoke", metadata.GetProperty("revocation_endpoint").GetString());
        Assert.Equal($"{tenant.Issuer}/oauth/jwks", metadata.GetProperty("jwks_uri").GetString());
        Assert.Equal(["S256"], Texts(metadata, "code_challenge_methods_supported"));
        Assert.Equal(["code"], Texts(metadata, "response_types_supported"));
        Assert.True(metadata.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.True(metadata.GetProperty("client_id_metadata_document_supported").GetBoolean());
        Assert.Equal(["authorization_code", "client_credentials", "refresh_token"], Texts(metadata, "grant_types_supported").Order());
        Assert.Equal(["client_secret_basic", "client_secret_post", "none", "private_key_jwt"], Texts(metadata, "token_endpoint_auth_methods_supported").Order());
        Assert.False(metadata.TryGetProperty("registration_endpoint", out _));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task A_foreign_host_gets_no_metadata(string host)
    {
        var tenant = product.Lab;

        var reply = await tenant.Get($"/.well-known/oauth-authorization-server/t/{tenant.Tenant.Slug}", host);

        Assert.NotEqual(200, reply.Status);
        Assert.DoesNotContain("evil", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_request_says_of_itself_changes_no_URL()
    {
        var tenant = product.Lab;
        var honest = await tenant.Get($"/t/{tenant.Tenant.Slug}/.well-known/openid-configuration");
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(product.Platform.McpUrl, $"/t/{tenant.Tenant.Slug}/.well-known/openid-configuration"));
        request.Headers.Host = "localhost:1";
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", "evil.example");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("Forwarded", "host=evil.example;proto=https");

        Assert.Equal(honest.Text, (await product.Platform.Send(request)).Text);
    }

    [Fact]
    public async Task The_protected_resource_names_the_issuer()
    {
        var tenant = product.Lab;

        var metadata = (await tenant.Get($"/.well-known/oauth-protected-resource/t/{tenant.Tenant.Slug}/mcp")).Json;

        Assert.Equal([tenant.Issuer], Texts(metadata, "authorization_servers"));
        Assert.Equal(tenant.Resource, metadata.GetProperty("resource").GetString());
        Assert.DoesNotContain("offline_access", Texts(metadata, "scopes_supported"));
    }

    [Fact]
    public async Task Each_tenant_has_keys_of_its_own()
    {
        var (one, other) = (product.Lab, await product.GivenTenant());
        await one.GivenSignature();
        await other.GivenSignature();

        var keys = (await one.Get($"/t/{one.Tenant.Slug}/oauth/jwks")).Json.GetProperty("keys");
        var others = (await other.Get($"/t/{other.Tenant.Slug}/oauth/jwks")).Json.GetProperty("keys");

        Assert.NotEqual(keys[0].GetProperty("n").GetString(), others[0].GetProperty("n").GetString());
        Assert.False(keys[0].TryGetProperty("d", out _));
    }

    [Theory]
    [InlineData("/.well-known/oauth-authorization-server/t/nobody")]
    [InlineData("/t/nobody/oauth/jwks")]
    [InlineData("/t/nobody/oauth/authorize")]
    [InlineData("/t/nobody/oauth/style.css")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task A_tenant_that_does_not_exist_has_no_authorization_server(string path)
    {
        var tenant = product.Lab;

        Assert.Equal(404, (await tenant.Get(path)).Status);
    }

    private static IEnumerable<string> Texts(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);
}

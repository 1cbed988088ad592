using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

/// <summary>Clients that cannot name a resource, and what a request means that names no scope.</summary>
[Collection(OAuthTests.Name)]
[Trait("Control", "AU-10")]
public sealed class DefaultResourceTests(OAuthProduct product)
{
    private static readonly (string, string?) None = ("resource", null);

    [Fact]
    public async Task A_client_that_opted_in_gets_tokens_for_the_tenants_endpoint_without_naming_it()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient(new { defaultResource = true });

        var tokens = await tenant.Exchange(client, await tenant.GivenCode(client, None), None);
        Assert.True(tokens.Status == 200, tokens.ToString());
        var refreshed = await tenant.Refresh(client, tokens.Json.GetProperty("refresh_token").GetString()!, None);

        Assert.True(refreshed.Status == 200, refreshed.ToString());
        var token = refreshed.Json.GetProperty("access_token").GetString()!;
        Assert.Equal(tenant.Resource, OAuthTenantClient.Claims(token).GetProperty("aud").GetString());
        Assert.Equal(200, (await tenant.Call(token)).Status);
    }

    [Fact]
    public async Task A_machine_that_opted_in_does_too()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine(new { defaultResource = true });

        var reply = await tenant.Post("token", (client, secret!), ("grant_type", "client_credentials"));

        Assert.True(reply.Status == 200, reply.ToString());
        Assert.Equal(tenant.Resource, OAuthTenantClient.Claims(reply.Json.GetProperty("access_token").GetString()!).GetProperty("aud").GetString());
    }

    [Fact]
    public async Task Opting_in_opens_no_other_resource()
    {
        var (tenant, other) = (product.Lab, await product.GivenTenant());
        var (client, secret) = await tenant.GivenMachine(new { defaultResource = true });

        foreach (var resource in new[] { other.Resource, "https://elsewhere.example/mcp", $"{tenant.Resource}/" })
        {
            var reply = await tenant.Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", resource));

            Assert.True(reply.Status == 400, $"{resource}: {reply}");
        }
    }

    [Fact]
    public async Task Nobody_opts_in_by_accident_and_the_list_shows_who_did()
    {
        var tenant = product.Lab;
        var (plain, _) = await tenant.GivenClient();
        var (lenient, _) = await tenant.GivenClient(new { defaultResource = true });

        Assert.False((await product.Platform.Rest(HttpMethod.Get, $"{tenant.Clients}/{plain}")).Json.GetProperty("defaultResource").GetBoolean());
        Assert.True((await product.Platform.Rest(HttpMethod.Get, $"{tenant.Clients}/{lenient}")).Json.GetProperty("defaultResource").GetBoolean());
    }

    [Fact]
    public async Task A_request_without_scopes_means_the_clients_own_and_without_any_the_basic_ones()
    {
        var tenant = product.Lab;
        var (narrow, _) = await tenant.GivenClient(new { scopes = new[] { "tools:read" } });
        var (plain, _) = await tenant.GivenClient();

        Assert.Equal("tools:read", await ScopeOf(tenant, narrow));
        Assert.Equal("tools:read tools:call resources:read prompts:read", await ScopeOf(tenant, plain));
    }

    private static async Task<string?> ScopeOf(OAuthTenantClient tenant, string client)
    {
        var tokens = await tenant.Exchange(client, await tenant.GivenCode(client, ("scope", null)));
        Assert.True(tokens.Status == 200, tokens.ToString());
        return OAuthTenantClient.Claims(tokens.Json.GetProperty("access_token").GetString()!).GetProperty("scope").GetString();
    }
}

using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

[Collection(OAuthTests.Name)]
[Trait("Control", "AU-3")]
public sealed class EndToEndTests(OAuthProduct product)
{
    [Fact]
    public async Task A_client_that_knows_only_the_MCP_URL_gets_in()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();

        // As an MCP client does: 401, protected resource metadata, authorization server metadata, browser, token, call.
        var refused = await product.Platform.Send(product.Platform.ModernRequest("tools/list", tenant: tenant.Tenant.Slug, credential: ""));
        var challenge = refused.Header("WWW-Authenticate")!;
        var resource = (await product.Platform.Get(new Uri(Parameter(challenge, "resource_metadata")))).Json;
        var issuer = resource.GetProperty("authorization_servers")[0].GetString()!;
        var server = (await product.Platform.Get(new Uri($"{product.Site}/.well-known/oauth-authorization-server{new Uri(issuer).AbsolutePath}"))).Json;
        var url = tenant.AuthorizeUrl(client, ("scope", Parameter(challenge, "scope")), ("resource", resource.GetProperty("resource").GetString()))
            .Replace($"{tenant.Issuer}/oauth/authorize", server.GetProperty("authorization_endpoint").GetString(), StringComparison.Ordinal);
        var back = await tenant.GivenBrowser().ConsentAsync(url);
        var tokens = await tenant.Exchange(client, back["code"]);
        var call = await tenant.Call(tokens.Json.GetProperty("access_token").GetString()!);

        Assert.Equal((401, issuer, 200), (refused.Status, back["iss"], call.Status));
    }

    [Fact]
    public async Task A_machines_token_opens_its_tenants_endpoint_and_no_other()
    {
        var (tenant, other) = (product.Lab, await product.GivenTenant());
        var token = await MachineToken(tenant);

        Assert.Equal((200, 401), ((await tenant.Call(token)).Status, (await other.Call(token)).Status));
    }

    [Fact]
    public async Task A_token_whose_scopes_do_not_cover_a_call_is_told_which_does()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();
        var token = (await tenant.Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", tenant.Resource), ("scope", "tools:read"))).Json.GetProperty("access_token").GetString()!;

        var reply = await Reply.ReadAsync(await product.Platform.CallTool("echo", new { message = "hello" }, tenant.Tenant.Slug, token));

        Assert.Equal(403, reply.Status);
        Assert.Contains("error=\"insufficient_scope\"", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Contains("resource_metadata=", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal("tools:call", Parameter(reply.Header("WWW-Authenticate")!, "scope"));
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    [Trait("Control", "AU-8")]
    public async Task A_token_stops_working_when_it_is_revoked_and_when_its_client_is_deleted()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();
        var (one, two) = (await Ask(tenant, client, secret!), await Ask(tenant, client, secret!));
        Assert.Equal((200, 200), ((await tenant.Call(one)).Status, (await tenant.Call(two)).Status));

        var taken = await tenant.Post("revoke", (client, secret!), ("token", one));
        Assert.True(taken.Status == 200, taken.ToString());
        var revoked = await Wire.Until(() => tenant.Call(one), 401, TimeSpan.FromSeconds(5));
        var still = await tenant.Call(two);
        await product.Platform.Rest(HttpMethod.Delete, $"{tenant.Clients}/{client}");
        var deleted = await Wire.Until(() => tenant.Call(two), 401, TimeSpan.FromSeconds(5));

        Assert.Equal((401, 200, 401), (revoked.Status, still.Status, deleted.Status));
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    [Trait("Control", "AU-8")]
    public async Task A_revocation_whose_push_is_lost_holds_within_the_age_of_one_verdict_not_of_two()
    {
        var tenant = await product.GivenTenant();
        var (client, secret) = await tenant.GivenMachine();
        var (honest, stolen) = (await Ask(tenant, client, secret!), await Ask(tenant, client, secret!));
        product.Faults.LosePushes = true;
        try
        {
            // The node learns of the revocations, and judges the token again when what it learned is nearly too old.
            Assert.Equal(200, (await tenant.Call(honest)).Status);
            product.Clock.Advance(TimeSpan.FromSeconds(3));
            Assert.Equal(200, (await tenant.Post("revoke", (client, secret!), ("token", stolen))).Status);
            await tenant.Call(stolen);
            product.Clock.Advance(TimeSpan.FromSeconds(1.5));

            Assert.Equal((401, 200), ((await tenant.Call(stolen)).Status, (await tenant.Call(honest)).Status));
        }
        finally
        {
            product.Faults.LosePushes = false;
        }
    }

    [Fact]
    [Trait("Control", "AU-8")]
    public async Task An_access_token_ends_with_its_family()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var tokens = await tenant.GivenTokens(client);
        var access = tokens.GetProperty("access_token").GetString()!;
        var stolen = tokens.GetProperty("refresh_token").GetString()!;
        Assert.Equal(200, (await tenant.Call(access)).Status);

        await tenant.Refresh(client, stolen);
        await tenant.Refresh(client, stolen);

        Assert.Equal(401, (await Wire.Until(() => tenant.Call(access), 401, TimeSpan.FromSeconds(5))).Status);
    }

    private static async Task<string> MachineToken(OAuthTenantClient tenant)
    {
        var (client, secret) = await tenant.GivenMachine();
        return await Ask(tenant, client, secret!);
    }

    private static async Task<string> Ask(OAuthTenantClient tenant, string client, string secret) =>
        (await tenant.Post("token", (client, secret), ("grant_type", "client_credentials"), ("resource", tenant.Resource))).Json.GetProperty("access_token").GetString()!;


    private static string Parameter(string challenge, string name)
    {
        var from = challenge.IndexOf($"{name}=\"", StringComparison.Ordinal) + name.Length + 2;
        return challenge[from..challenge.IndexOf('"', from)];
    }
}

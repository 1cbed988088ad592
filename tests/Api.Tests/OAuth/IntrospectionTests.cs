using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

[Collection(OAuthTests.Name)]
[Trait("Control", "AU-3")]
public sealed class IntrospectionTests(OAuthProduct product)
{
    [Fact]
    public async Task A_client_learns_what_its_token_is()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();
        var token = await GivenToken(tenant, client, secret!);

        var answer = (await tenant.Post("introspect", (client, secret!), ("token", token))).Json;

        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal(tenant.Issuer, answer.GetProperty("iss").GetString());
        Assert.Equal(client, answer.GetProperty("client_id").GetString());
        Assert.Equal(tenant.Resource, answer.GetProperty("aud").GetString());
    }

    [Fact]
    public async Task A_revoked_token_is_inactive()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();
        var token = await GivenToken(tenant, client, secret!);

        var revoked = await tenant.Post("revoke", (client, secret!), ("token", token));

        Assert.Equal(200, revoked.Status);
        Assert.False((await tenant.Post("introspect", (client, secret!), ("token", token))).Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task An_expired_token_is_inactive()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();
        var token = await GivenToken(tenant, client, secret!);
        product.Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.False((await tenant.Post("introspect", (client, secret!), ("token", token))).Json.GetProperty("active").GetBoolean());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_token_that_was_changed_is_inactive(int part)
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();
        var parts = (await GivenToken(tenant, client, secret!)).Split('.');
        parts[part] = parts[part][..5] + (parts[part][5] == 'A' ? 'B' : 'A') + parts[part][6..];

        Assert.False((await tenant.Post("introspect", (client, secret!), ("token", string.Join('.', parts)))).Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Nobody_introspects_without_proving_who_it_is()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();
        var token = await GivenToken(tenant, client, secret!);

        Assert.NotEqual(200, (await tenant.Post("introspect", null, ("token", token))).Status);
        Assert.NotEqual(200, (await tenant.Post("introspect", null, ("token", token), ("client_id", client))).Status);
    }

    [Fact]
    public async Task Another_client_of_the_tenant_neither_learns_of_a_token_nor_takes_it_back()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();
        var (stranger, strangers) = await tenant.GivenMachine();
        var token = await GivenToken(tenant, client, secret!);

        var asked = await tenant.Post("introspect", (stranger, strangers!), ("token", token));
        await tenant.Post("revoke", (stranger, strangers!), ("token", token));

        Assert.DoesNotContain("\"active\":true", asked.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await tenant.Call(token)).Status);
        Assert.True((await tenant.Post("introspect", (client, secret!), ("token", token))).Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task A_revoked_refresh_token_gives_nothing()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var refresh = (await tenant.GivenTokens(client)).GetProperty("refresh_token").GetString()!;

        Assert.Equal(200, (await tenant.Post("revoke", null, ("token", refresh), ("client_id", client))).Status);
        Assert.Equal(400, (await tenant.Refresh(client, refresh)).Status);
    }

    private static async Task<string> GivenToken(OAuthTenantClient tenant, string client, string secret) =>
        (await tenant.Post("token", (client, secret), ("grant_type", "client_credentials"), ("resource", tenant.Resource))).Json.GetProperty("access_token").GetString()!;
}

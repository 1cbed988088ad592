using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

[Collection(OAuthTests.Name)]
[Trait("Control", "AU-3")]
public sealed class RefreshTests(OAuthProduct product)
{
    [Fact]
    public async Task A_refresh_token_is_exchanged_for_another()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var first = Token(await tenant.GivenTokens(client));

        var second = await tenant.Refresh(client, first);
        var third = await tenant.Refresh(client, Token(second.Json));

        Assert.Equal((200, 200), (second.Status, third.Status));
        Assert.NotEqual(first, Token(second.Json));
        Assert.Equal("usr_alice", OAuthTenantClient.Claims(third.Json.GetProperty("access_token").GetString()!).GetProperty("sub").GetString());
    }

    [Fact]
    public async Task A_refresh_token_that_comes_twice_ends_the_family()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var stolen = Token(await tenant.GivenTokens(client));
        var next = await tenant.Refresh(client, stolen);

        var again = await tenant.Refresh(client, stolen);

        Assert.Equal((400, "invalid_grant"), (again.Status, again.Json.GetProperty("error").GetString()));
        Assert.Equal(400, (await tenant.Refresh(client, Token(next.Json))).Status);
        Assert.Contains(await product.Platform.AuditEvents(tenant.Tenant.Slug, 50), entry => entry.GetProperty("action").GetString() == "oauth/token-reuse");
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task What_came_of_a_sign_in_ends_when_all_sessions_of_the_user_end()
    {
        var tenant = await product.GivenTenant();
        var (client, _) = await tenant.GivenClient();
        var tokens = await tenant.GivenTokens(client);
        var next = await tenant.Refresh(client, Token(tokens));
        Assert.Equal(200, next.Status);

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Slug}/principals/usr_alice:endSessions")).Status);

        var refused = await tenant.Refresh(client, Token(next.Json));
        Assert.Equal((400, "invalid_grant"), (refused.Status, refused.Json.GetProperty("error").GetString()));
        Assert.Equal(401, (await Wire.Until(() => tenant.Call(next.Json.GetProperty("access_token").GetString()!), 401, TimeSpan.FromSeconds(5))).Status);
    }

    [Fact]
    public async Task A_blocked_user_gets_nothing_for_a_refresh_token()
    {
        var tenant = await product.GivenTenant();
        var (client, _) = await tenant.GivenClient();
        var token = Token(await tenant.GivenTokens(client));
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Slug}/principals/usr_alice:block", new { reason = "left" })).Status);

        Assert.Equal(400, (await tenant.Refresh(client, token)).Status);
    }

    [Fact]
    public async Task Of_twenty_who_use_a_refresh_token_at_once_one_succeeds_and_the_family_ends()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var tokens = await tenant.GivenTokens(client);
        var (token, access) = (Token(tokens), tokens.GetProperty("access_token").GetString()!);
        Assert.Equal(200, (await tenant.Call(access)).Status);

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tenant.Refresh(client, token)));

        var winner = Assert.Single(replies, reply => reply.Status == 200);
        Assert.All(replies.Where(reply => reply != winner), reply => Assert.Equal(400, reply.Status));
        Assert.Equal(400, (await tenant.Refresh(client, Token(winner.Json))).Status);
        Assert.Equal(401, (await Wire.Until(() => tenant.Call(access), 401, TimeSpan.FromSeconds(5))).Status);
        Assert.Equal(401, (await Wire.Until(() => tenant.Call(winner.Json.GetProperty("access_token").GetString()!), 401, TimeSpan.FromSeconds(5))).Status);
    }

    [Fact]
    public async Task A_store_that_fails_at_revoking_keeps_no_family_alive()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var stolen = Token(await tenant.GivenTokens(client));
        var next = Token((await tenant.Refresh(client, stolen)).Json);
        product.Faults.FailRevoke = true;
        Reply reuse, meanwhile;
        try
        {
            reuse = await tenant.Refresh(client, stolen);
            meanwhile = await tenant.Refresh(client, next);
        }
        finally
        {
            product.Faults.FailRevoke = false;
        }

        var after = await tenant.Refresh(client, next);

        Assert.Equal((500, 500, 400), (reuse.Status, meanwhile.Status, after.Status));
        Assert.DoesNotContain("disk", reuse.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("_token", reuse.Text + meanwhile.Text + after.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gates_that_cannot_be_told_of_a_revocation_keep_no_family_alive()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var tokens = await tenant.GivenTokens(client);
        var (stolen, access) = (Token(tokens), tokens.GetProperty("access_token").GetString()!);
        var next = Token((await tenant.Refresh(client, stolen)).Json);
        product.Faults.FailGates = true;
        Reply reuse, meanwhile, revoked;
        try
        {
            reuse = await tenant.Refresh(client, stolen);
            meanwhile = await tenant.Refresh(client, next);
            revoked = await tenant.Post("revoke", null, ("token", access), ("client_id", client));
        }
        finally
        {
            product.Faults.FailGates = false;
        }

        var after = await tenant.Refresh(client, next);

        Assert.Equal((500, 500, 400), (reuse.Status, meanwhile.Status, after.Status));
        Assert.NotEqual(200, revoked.Status);
        Assert.DoesNotContain("_token", reuse.Text + meanwhile.Text + after.Text, StringComparison.Ordinal);
        Assert.Equal(401, (await Wire.Until(() => tenant.Call(access), 401, TimeSpan.FromSeconds(5))).Status);
    }

    [Fact]
    public async Task Another_client_cannot_use_a_refresh_token()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var (thief, _) = await tenant.GivenClient();
        var token = Token(await tenant.GivenTokens(client));

        Assert.Equal(400, (await tenant.Refresh(thief, token)).Status);
    }

    [Fact]
    public async Task A_refresh_token_gives_no_more_than_was_consented_to()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var token = Token(await tenant.GivenTokens(client));

        var reply = await tenant.Refresh(client, token, ("scope", "tools:read resources:write"));

        Assert.Equal(400, reply.Status);
    }

    [Fact]
    public async Task A_refresh_token_ends_with_its_consents_time_however_often_it_was_used()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var token = Token(await tenant.GivenTokens(client));
        product.Clock.Advance(TimeSpan.FromHours(16));
        var renewed = await tenant.Refresh(client, token);
        product.Clock.Advance(TimeSpan.FromHours(9));

        Assert.Equal((200, 400), (renewed.Status, (await tenant.Refresh(client, Token(renewed.Json))).Status));
    }

    private static string Token(System.Text.Json.JsonElement tokens) => tokens.GetProperty("refresh_token").GetString()!;
}

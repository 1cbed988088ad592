using Platform.Api.Tests.OAuth;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Incidents;

/// <summary>Every credential of a tenant ends at once and stays dead after the tenant is served again (IR-2, IR-4).</summary>
[Collection(OAuthTests.Name)]
[Trait("Control", "IR-4")]
public sealed class RevokeCredentialsTests(OAuthProduct product)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Every_kind_of_credential_is_dead_also_after_a_suspension_and_a_resumption()
    {
        var tenant = await product.GivenTenant();
        var path = $"/v1/tenants/{tenant.Tenant.Slug}";
        var (client, _) = await tenant.GivenClient();
        var (machine, secret) = await tenant.GivenMachine();
        var tokens = await tenant.GivenTokens(client);
        var (access, refresh) = (tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!);
        var manager = (await product.Platform.Rest(HttpMethod.Post, $"{path}/keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;
        var session = await SignIn(tenant);
        var code = await tenant.GivenCode(client);
        Assert.Equal(200, (await Machine(tenant, machine, secret!)).Status);
        Assert.Equal((200, 200, 200, 200), (
            (await tenant.Tenant.CallTool()).Status, (await tenant.Call(access)).Status,
            (await product.Platform.Rest(HttpMethod.Get, path, credential: manager)).Status, (await product.Platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: session)).Status));

        var revoked = await product.Platform.Rest(HttpMethod.Post, $"{path}:revokeCredentials", new { reason = "drill" });
        await product.Platform.Rest(HttpMethod.Post, $"{path}:suspend", new { });
        await product.Platform.Rest(HttpMethod.Post, $"{path}:resume");
        await Wire.Until(() => product.Platform.Rest(HttpMethod.Get, path, credential: manager), 401, Grace);

        Assert.Equal(200, revoked.Status);
        Assert.True(revoked.Json.GetProperty("complete").GetBoolean());
        Assert.Equal((2, 1, 1), (revoked.Json.GetProperty("keys").GetInt32(), revoked.Json.GetProperty("sessions").GetInt32(), revoked.Json.GetProperty("clientSecrets").GetInt32()));
        Assert.InRange(revoked.Json.GetProperty("grants").GetInt32(), 1, 10);
        Assert.Equal(401, (await product.Platform.Rest(HttpMethod.Get, path, credential: manager)).Status);
        Assert.Equal(401, (await product.Platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: session)).Status);
        Assert.Equal(401, (await Wire.Until(() => tenant.Tenant.CallTool(), 401, Grace)).Status);
        Assert.Equal(401, (await Wire.Until(() => tenant.Call(access), 401, Grace)).Status);
        Assert.Equal((400, "invalid_grant"), (await tenant.Refresh(client, refresh)) is var used ? (used.Status, used.Json.GetProperty("error").GetString()) : default);
        Assert.Equal((400, "invalid_grant"), (await tenant.Exchange(client, code)) is var late ? (late.Status, late.Json.GetProperty("error").GetString()) : default);
        Assert.Equal(401, (await Machine(tenant, machine, secret!)).Status);
    }

    [Fact]
    public async Task What_is_issued_afterwards_works_and_a_continued_revocation_leaves_it_alone()
    {
        var tenant = await product.GivenTenant();
        var path = $"/v1/tenants/{tenant.Tenant.Slug}";
        var before = (await product.Platform.Rest(HttpMethod.Post, $"{path}:revokeCredentials", new { })).Json.GetProperty("before").GetString();

        var fresh = await tenant.Tenant.GivenKey();
        Assert.Equal(200, (await fresh.CallTool()).Status);
        var again = await product.Platform.Rest(HttpMethod.Post, $"{path}:revokeCredentials", new { before });

        Assert.Equal((200, 0), (again.Status, again.Json.GetProperty("keys").GetInt32()));
        Assert.Equal(200, (await fresh.CallTool()).Status);
        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Post, $"{path}:revokeCredentials", new { before = "2020-01-01T00:00:00Z" })).Status);
    }

    [Fact]
    public async Task An_invitation_from_before_lets_nobody_in_and_one_from_afterwards_does()
    {
        var tenant = await product.GivenTenant();
        var person = await GivenInvited(tenant);
        var before = (await person.Invite()).Json.GetProperty("secret").GetString()!;

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Slug}:revokeCredentials", new { })).Status);

        Assert.Equal(401, (await person.Accept(before)).Status);
        Assert.Equal(401, (await person.SignIn()).Status);
        Assert.Equal(201, (await person.Accept((await person.Invite()).Json.GetProperty("secret").GetString()!)).Status);
    }

    [Fact]
    public async Task While_a_tenant_is_suspended_an_invitation_sets_no_password()
    {
        var tenant = await product.GivenTenant();
        var person = await GivenInvited(tenant);
        var secret = (await person.Invite()).Json.GetProperty("secret").GetString()!;
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Slug}:suspend", new { })).Status);

        var refused = await person.Accept(secret);

        Assert.Equal((403, "tenant-suspended"), (refused.Status, refused.Json.GetProperty("code").GetString()));
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Slug}:resume")).Status);
        product.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(401, (await person.SignIn()).Status);
        Assert.Equal(201, (await person.Accept(secret)).Status);
    }

    [Fact]
    public async Task Another_tenants_credentials_go_on()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        var (client, _) = await other.GivenClient();
        var tokens = await other.GivenTokens(client);

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Slug}:revokeCredentials", new { })).Status);

        Assert.Equal((200, 200), ((await other.Tenant.CallTool()).Status, (await other.Call(tokens.GetProperty("access_token").GetString()!)).Status));
        Assert.Equal(200, (await other.Refresh(client, tokens.GetProperty("refresh_token").GetString()!)).Status);
    }

    /// <summary>Somebody who can be invited, at a time when nobody's limit on sign-in is used up.</summary>
    private async Task<Person> GivenInvited(OAuthTenantClient tenant)
    {
        product.Clock.Advance(TimeSpan.FromSeconds(61));
        await product.Platform.GivenUser(tenant.Tenant.Slug, "carol", "user");
        return new Person(product.Platform, tenant.Tenant.Slug, "carol", product.Clock);
    }

    private static Task<Reply> Machine(OAuthTenantClient tenant, string id, string secret) =>
        tenant.Post("token", (id, secret), ("grant_type", "client_credentials"), ("resource", tenant.Resource));

    private async Task<string> SignIn(OAuthTenantClient tenant)
    {
        var opened = await product.Platform.Rest(HttpMethod.Post, "/v1/sessions", new { tenant = tenant.Tenant.Slug, user = "alice", password = OAuthProduct.Password }, "");
        Assert.Equal(201, opened.Status);
        return opened.Json.GetProperty("token").GetString()!;
    }
}

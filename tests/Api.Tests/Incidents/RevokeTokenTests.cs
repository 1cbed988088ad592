using System.Buffers.Text;
using System.Text.Json;
using Platform.Api.Tests.OAuth;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Incidents;

/// <summary>One stolen token is taken back, or its family, and nothing else (IR-2).</summary>
[Collection(OAuthTests.Name)]
[Trait("Control", "IR-2")]
public sealed class RevokeTokenTests(OAuthProduct product)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task One_token_ends_and_its_refresh_token_and_the_persons_other_tokens_go_on()
    {
        var tenant = await product.GivenTenant();
        var (client, _) = await tenant.GivenClient();
        var (stolen, honest) = (await tenant.GivenTokens(client), await tenant.GivenTokens(client));
        Assert.Equal((200, 200), ((await tenant.Call(Access(stolen))).Status, (await tenant.Call(Access(honest))).Status));

        var revoked = await Revoke(tenant, new { token = $"token:{IdOf(stolen)}", reason = "seen in a log" });

        Assert.Equal((200, IdOf(stolen), false), (revoked.Status, revoked.Json.GetProperty("token").GetString(), revoked.Json.GetProperty("family").GetBoolean()));
        Assert.Equal(401, (await Wire.Until(() => tenant.Call(Access(stolen)), 401, Grace)).Status);
        Assert.Equal(200, (await tenant.Call(Access(honest))).Status);
        Assert.Equal(200, (await tenant.Refresh(client, Refresh(stolen))).Status);
    }

    [Fact]
    public async Task A_family_ends_with_its_refresh_tokens_and_another_of_the_same_person_goes_on()
    {
        var tenant = await product.GivenTenant();
        var (client, _) = await tenant.GivenClient();
        var (stolen, honest) = (await tenant.GivenTokens(client), await tenant.GivenTokens(client));
        var younger = (await tenant.Refresh(client, Refresh(stolen))).Json;

        var revoked = await Revoke(tenant, new { token = IdOf(stolen), family = true });

        Assert.Equal((200, true), (revoked.Status, revoked.Json.GetProperty("family").GetBoolean()));
        Assert.Equal(401, (await Wire.Until(() => tenant.Call(Access(stolen)), 401, Grace)).Status);
        Assert.Equal(401, (await Wire.Until(() => tenant.Call(Access(younger)), 401, Grace)).Status);
        Assert.Equal((400, "invalid_grant"), (await tenant.Refresh(client, Refresh(younger))) is var used ? (used.Status, used.Json.GetProperty("error").GetString()) : default);
        Assert.Equal(200, (await tenant.Call(Access(honest))).Status);
        Assert.Equal(200, (await tenant.Refresh(client, Refresh(honest))).Status);
    }

    [Fact]
    public async Task Who_may_only_read_or_is_another_tenants_admin_takes_nothing_back_nor_learns_what_there_is()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        var (client, _) = await tenant.GivenClient();
        var tokens = await tenant.GivenTokens(client);
        var foreign = (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{other.Tenant.Slug}/keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;

        var elsewhere = await Revoke(other, new { token = IdOf(tokens) }, foreign);
        var nothing = await Revoke(other, new { token = Guid.NewGuid().ToString() }, foreign);
        var reach = await Revoke(tenant, new { token = IdOf(tokens) }, foreign);

        Assert.Equal((404, 404), (elsewhere.Status, nothing.Status));
        Assert.InRange(reach.Status, 403, 404);
        Assert.Equal(200, (await tenant.Call(Access(tokens))).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("token:")]
    [InlineData("a b")]
    [InlineData("token:provider:jti")]
    public async Task What_names_no_token_is_refused(string token)
    {
        var refused = await Revoke(product.Lab, new { token });

        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task It_is_on_record_and_a_revocation_that_cannot_be_kept_is_no_success()
    {
        var tenant = await product.GivenTenant();
        var (client, _) = await tenant.GivenClient();
        var tokens = await tenant.GivenTokens(client);
        product.Faults.FailGates = true;
        try
        {
            Assert.NotEqual(200, (await Revoke(tenant, new { token = IdOf(tokens) })).Status);
        }
        finally
        {
            product.Faults.FailGates = false;
        }

        Assert.Equal(200, (await Revoke(tenant, new { token = IdOf(tokens) })).Status);
        var events = (await product.Platform.AuditEvents(tenant.Tenant.Slug)).Where(entry => entry.GetProperty("action").GetString() == "tokens/revoke").ToArray();
        Assert.Equal(["ok", "quota-exceeded"], events.Select(entry => entry.GetProperty("outcome").GetString()));
        Assert.All(events, entry => Assert.Equal($"{tenant.Tenant.Slug}/{IdOf(tokens)}", entry.GetProperty("target").GetString()));
    }

    private Task<Reply> Revoke(OAuthTenantClient tenant, object command, string? credential = null) =>
        product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Slug}/tokens:revoke", command, credential);

    private static string Access(JsonElement tokens) => tokens.GetProperty("access_token").GetString()!;

    private static string Refresh(JsonElement tokens) => tokens.GetProperty("refresh_token").GetString()!;

    private static string IdOf(JsonElement tokens) =>
        JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(Access(tokens).Split('.')[1])).GetProperty("jti").GetString()!;
}

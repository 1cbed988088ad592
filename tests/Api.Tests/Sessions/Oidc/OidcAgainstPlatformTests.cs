using System.Text;
using Platform.Api.Tests.OAuth;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Sessions.Oidc;

/// <summary>The provider is a second instance of the platform: another process's worth of silo, keys and storage, reached by HTTP alone.</summary>
[Collection(OAuthTests.Name)]
[Trait("Control", "AU-11")]
public sealed class OidcAgainstPlatformTests(OidcProduct product, OAuthProduct provider) : IClassFixture<OidcProduct>
{
    private const string Name = "Sign-in lab";

    [Theory]
    [InlineData("public")]
    [InlineData("confidential")]
    public async Task Somebody_signs_in_with_a_second_instance_and_has_what_the_rules_give(string kind)
    {
        var tenant = await GivenTenant(kind);

        var opened = await SignIn(tenant);

        Assert.True(opened.Status == 201, opened.ToString());
        var session = opened.Json.GetProperty("session");
        Assert.StartsWith("ext_", session.GetProperty("principal").GetString(), StringComparison.Ordinal);
        Assert.Equal(("usr_alice", tenant.Tenant.Slug, "medium", false),
            (session.GetProperty("displayName").GetString(), session.GetProperty("tenantSlug").GetString(), session.GetProperty("trust").GetString()!.ToLowerInvariant(), session.GetProperty("secondFactorNeeded").GetBoolean()));
        var token = opened.Json.GetProperty("token").GetString()!;
        Assert.Equal(200, (await tenant.Ask(token, $"/v1/tenants/{tenant.Tenant.Slug}/sessions")).Status);
        Assert.Equal(403, (await tenant.Ask(token, "/v1/tenants")).Status);
    }

    [Fact]
    public async Task A_code_that_was_redeemed_signs_nobody_in_again()
    {
        var tenant = await GivenTenant("public");
        var first = await tenant.GivenBegun();
        var back = await Visit(first);
        Assert.Equal(201, (await tenant.Complete(first, back["code"], back["iss"])).Status);

        var again = await tenant.GivenBegun();

        Assert.Equal(401, (await tenant.Complete(again, back["code"], back["iss"])).Status);
    }

    [Fact]
    public async Task A_code_of_one_sign_in_is_worth_nothing_in_another()
    {
        var tenant = await GivenTenant("public");
        var mine = await tenant.GivenBegun();
        var theirs = await tenant.GivenBegun();
        var back = await Visit(theirs);

        Assert.Equal(401, (await tenant.Complete(mine, back["code"], back["iss"])).Status);
    }

    [Fact]
    public async Task A_confidential_client_with_a_wrong_secret_signs_nobody_in()
    {
        var tenant = await GivenTenant("confidential", secret: "not the secret, but one of its length 0123456789");

        Assert.Equal(401, (await SignIn(tenant)).Status);
    }

    [Fact]
    [Trait("Control", "AU-1")]
    public async Task An_access_token_of_the_second_instance_opens_the_first_ones_endpoint()
    {
        var issuer = provider.Lab;
        var (client, _) = await issuer.GivenClient();
        var token = (await issuer.GivenTokens(client)).GetProperty("access_token").GetString()!;
        var stranger = await TenantClient.MakeAsync(product.Platform);
        var tenant = await TenantClient.MakeAsync(product.Platform);
        Assert.Equal(201, (await tenant.Rest(HttpMethod.Post, "identity-providers", Trust(issuer, ["service"]))).Status);

        var called = await tenant.With(token).CallTool();

        Assert.True(called.Status == 200, called.ToString());
        Assert.Equal(401, (await stranger.With(token).CallTool()).Status);
        Assert.StartsWith("ext_", (await tenant.McpEvents())[^1].GetProperty("principal").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_blocked_is_refused_at_sign_in_at_the_session_and_with_their_access_tokens()
    {
        var tenant = await GivenTenant("public");
        var opened = (await SignIn(tenant)).Json;
        var (principal, session) = (opened.GetProperty("session").GetProperty("principal").GetString(), opened.GetProperty("token").GetString()!);
        var (client, _) = await provider.Lab.GivenClient();
        var access = (await provider.Lab.GivenTokens(client)).GetProperty("access_token").GetString()!;
        Assert.Equal((200, 200), ((await tenant.Tenant.With(access).Call("tools/list")).Status, (await tenant.Ask(session)).Status));

        Assert.Equal(200, (await tenant.Tenant.Rest(HttpMethod.Post, $"principals/{principal}:block", new { reason = "left" })).Status);
        product.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((401, 401, 401), ((await tenant.Tenant.With(access).Call("tools/list")).Status, (await tenant.Ask(session)).Status, (await SignIn(tenant)).Status));

        // A row that is gone must not let back in whom it kept out.
        Assert.Equal(204, (await tenant.Tenant.Rest(HttpMethod.Delete, $"principals/{principal}")).Status);
        product.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((401, 401), ((await tenant.Tenant.With(access).Call("tools/list")).Status, (await SignIn(tenant)).Status));
    }

    [Fact]
    public async Task A_clients_secret_is_in_the_vault_alone_and_goes_with_its_provider()
    {
        var tenant = await GivenTenant("confidential", secret: "s3cret-that-must-not-be-shown-anywhere");
        var id = (await tenant.Tenant.Rest(HttpMethod.Get, $"identity-providers/{tenant.Provider}")).Text;
        var name = await SecretName(tenant);

        Assert.DoesNotContain("s3cret", id, StringComparison.Ordinal);
        Assert.Contains("\"confidential\":true", id, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", string.Concat(await product.Platform.AuditEvents(tenant.Tenant.Slug)), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", Stored(), StringComparison.Ordinal);
        Assert.Equal("s3cret-that-must-not-be-shown-anywhere", Encoding.UTF8.GetString((await product.Vault.GetAsync(name, CancellationToken.None))!));

        Assert.Equal(204, (await tenant.Tenant.Rest(HttpMethod.Delete, $"identity-providers/{tenant.Provider}")).Status);

        Assert.Null(await product.Vault.GetAsync(name, CancellationToken.None));
    }

    [Fact]
    [Trait("Control", "AU-9")]
    public async Task A_secret_that_is_replaced_counts_at_once_and_the_old_one_leaves_the_vault()
    {
        const string Wrong = "wr0ng-secret-0123456789-0123456789-0123456789";
        var (tenant, client, right) = await GivenConfidential(Wrong);
        var first = await SecretName(tenant);
        Assert.Equal(401, (await SignIn(tenant)).Status);
        Assert.NotNull(await product.Vault.GetAsync(first, CancellationToken.None));

        var changed = await tenant.Change(Trust(provider.Lab, ["admin"], new { clientId = client, clientSecret = right }));

        Assert.Equal(200, changed.Status);
        Assert.DoesNotContain(right, changed.Text, StringComparison.Ordinal);
        Assert.Null(await product.Vault.GetAsync(first, CancellationToken.None));
        Assert.Equal(201, (await SignIn(tenant)).Status);

        // Left out, it is kept; of another client it is not.
        Assert.Equal(200, (await tenant.Change(Trust(provider.Lab, ["admin"], new { clientId = client, name = "Renamed" }))).Status);
        Assert.Equal(201, (await SignIn(tenant)).Status);
        Assert.Equal(400, (await tenant.Change(Trust(provider.Lab, ["admin"], new { clientId = "another" }))).Status);
        Assert.Equal(400, (await tenant.Change(Trust(provider.Lab, ["admin"], new { clientId = client, clientSecret = right, @public = true }))).Status);

        var forgotten = await tenant.Change(Trust(provider.Lab, ["admin"], new { clientId = client, @public = true }));
        Assert.False(forgotten.Json.GetProperty("signIn").GetProperty("confidential").GetBoolean());
        Assert.Equal(401, (await SignIn(tenant)).Status);
    }

    private async Task<string> SecretName(OidcTenant tenant)
    {
        var id = (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Tenant.Slug}")).Json.GetProperty("id").GetString();
        return $"idp-{id}-{tenant.Provider[4..]}";
    }

    /// <summary>Every database of the data directory, as bytes.</summary>
    private string Stored() => string.Concat(Directory.EnumerateFiles(product.Platform.DataDirectory, "*.db*", SearchOption.AllDirectories).Select(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }));

    private async Task<OidcTenant> GivenTenant(string kind, string? secret = null)
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var (client, made) = await provider.Lab.GivenClient(new { name = Name, kind, redirectUris = new[] { product.RedirectOf(tenant.Slug, provider.Lab.Issuer) }, defaultResource = true });
        return await OidcTenant.MakeAsync(product, Trust(provider.Lab, ["admin"], new { clientId = client, clientSecret = secret ?? made, name = "The other one" }), tenant);
    }

    private async Task<(OidcTenant Tenant, string Client, string Right)> GivenConfidential(string secret)
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var (client, made) = await provider.Lab.GivenClient(new { name = Name, kind = "confidential", redirectUris = new[] { product.RedirectOf(tenant.Slug, provider.Lab.Issuer) }, defaultResource = true });
        return (await OidcTenant.MakeAsync(product, Trust(provider.Lab, ["admin"], new { clientId = client, clientSecret = secret }), tenant), client, made!);
    }

    private static object Trust(OAuthTenantClient issuer, string[] roles, object? signIn = null) =>
        new { issuer = issuer.Issuer, audience = issuer.Resource, rules = new[] { new { claim = "sub", value = "usr_alice", roles } }, signIn };

    private async Task<Reply> SignIn(OidcTenant tenant)
    {
        var begun = await tenant.GivenBegun();
        var back = await Visit(begun);
        return await tenant.Complete(begun, back["code"], back["iss"]);
    }

    private async Task<Dictionary<string, string>> Visit(Begun begun)
    {
        var back = await provider.Lab.GivenBrowser().ConsentAsync(begun.Url);
        Assert.Equal(begun.State, back["state"]);
        return back;
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.Api.Tests.IdentityProviders;
using Platform.Api.Tests.OAuth;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Sessions.Oidc;

/// <summary>
/// Mix-up (RFC 9700, section 4.4): somebody's own provider sends a browser on to an honest one, so that the honest one's code is handed to the dishonest one. Neither names itself in its answers, as most do not.
/// </summary>
[Collection(OAuthTests.Name)]
[Trait("Control", "AU-11")]
public sealed class OidcMixUpTests(OidcProduct product) : IClassFixture<OidcProduct>, IAsyncLifetime
{
    private const string Client = "client of acme";
    private const string Code = "a code of the honest provider";

    private readonly List<string> _stolen = [];
    private ForeignIssuer _honest = null!;
    private ForeignIssuer _evil = null!;
    private OidcTenant _acme = null!;

    public async ValueTask InitializeAsync()
    {
        (_honest, _evil) = (await ForeignIssuer.StartAsync(), await ForeignIssuer.StartAsync());
        _honest.Describe = _evil.Describe = static document => document.Remove("authorization_response_iss_parameter_supported");
        _evil.Redeem = (form, _) =>
        {
            _stolen.Add(form["code"].ToString());
            return [];
        };
        _acme = await OidcTenant.MakeAsync(product, Trust(_honest));
    }

    public async ValueTask DisposeAsync()
    {
        await _honest.DisposeAsync();
        await _evil.DisposeAsync();
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Another_tenants_provider_never_gets_the_code_and_its_admin_signs_in_as_nobody()
    {
        var evil = await OidcTenant.MakeAsync(product, Trust(_evil));
        var mallorys = await _acme.GivenBegun();
        var persons = await evil.GivenBegun();

        // The provider of the other tenant sent the person's browser on with Mallory's nonce and challenge: the code is good for her sign-in, and comes back to the only URI that acme registered.
        GivenCodeFor(mallorys);
        var key = _acme.Redirect.Split('/')[^1];

        Assert.Equal(401, (await _acme.Complete(persons, Code, null, redirectKey: key)).Status);
        Assert.Equal(401, (await evil.Complete(persons, Code, null, redirectKey: key)).Status);

        Assert.Empty(_stolen);
        Assert.Equal(401, (await _acme.Complete(mallorys, _stolen.FirstOrDefault("a guess"), null)).Status);
    }

    [Fact]
    public async Task Another_provider_of_the_same_tenant_never_gets_it_either()
    {
        var evil = await OidcTenant.MakeAsync(product, Trust(_evil), _acme.Tenant);
        var mallorys = await _acme.GivenBegun();
        var persons = await evil.GivenBegun();
        GivenCodeFor(mallorys);

        Assert.Equal(401, (await evil.Complete(persons, Code, null, redirectKey: _acme.Redirect.Split('/')[^1])).Status);

        Assert.Empty(_stolen);
        Assert.Equal(401, (await _acme.Complete(mallorys, _stolen.FirstOrDefault("a guess"), null)).Status);
    }

    [Fact]
    public async Task Each_tenant_and_provider_has_a_redirect_of_its_own_that_stays_and_both_sign_people_in()
    {
        var second = await OidcTenant.MakeAsync(product, Trust(_evil), _acme.Tenant);
        var third = await OidcTenant.MakeAsync(product, Trust(_honest));
        Assert.Equal(3, new[] { _acme.Redirect, second.Redirect, third.Redirect }.Distinct(StringComparer.Ordinal).Count());

        foreach (var tenant in new[] { _acme, third })
        {
            var begun = await tenant.GivenBegun();
            GivenCodeFor(begun);
            Assert.Equal((tenant.Redirect, 201), (begun.Query["redirect_uri"], (await tenant.Complete(begun, Code, null)).Status));
        }

        Assert.Equal(204, (await _acme.Tenant.Rest(HttpMethod.Delete, $"identity-providers/{_acme.Provider}")).Status);
        var again = await OidcTenant.MakeAsync(product, Trust(_honest), _acme.Tenant);
        Assert.NotEqual(_acme.Provider, again.Provider);
        Assert.Equal(_acme.Redirect, again.Redirect);
    }

    [Fact]
    public async Task Who_may_read_providers_reads_what_to_register()
    {
        var one = await _acme.Tenant.Rest(HttpMethod.Get, $"identity-providers/{_acme.Provider}");
        var all = await _acme.Tenant.Rest(HttpMethod.Get, "identity-providers");

        Assert.Equal((_acme.Redirect, _acme.Redirect), (RedirectIn(one.Json), RedirectIn(all.Items().Single())));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", 401)]
    [InlineData("../acme", 401)]
    [InlineData("", 400)]
    public async Task A_code_that_arrived_nowhere_known_is_not_redeemed(string key, int status)
    {
        var begun = await _acme.GivenBegun();
        var redeemed = 0;
        _honest.Redeem = (_, _) =>
        {
            redeemed++;
            return [];
        };

        Assert.Equal((status, 0), ((await _acme.Complete(begun, Code, null, redirectKey: key)).Status, redeemed));
    }

    /// <summary>The honest provider redeems its code once, for the verifier of this sign-in's challenge and the redirect URI of acme's client.</summary>
    private void GivenCodeFor(Begun begun)
    {
        var claims = _honest.Claims(product.Clock.GetUtcNow(), Client);
        claims["nonce"] = begun.Query["nonce"];
        _honest.Redeem = (form, _) => form["code"] == Code && form["client_id"] == Client && form["redirect_uri"] == begun.Query["redirect_uri"]
            && Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) == begun.Query["code_challenge"]
                ? new JsonObject { ["access_token"] = "opaque", ["token_type"] = "Bearer", ["id_token"] = _honest.Sign(claims, type: "JWT") }
                : [];
    }

    private static string? RedirectIn(System.Text.Json.JsonElement provider) => provider.GetProperty("signIn").GetProperty("redirectUri").GetString();

    private static object Trust(ForeignIssuer issuer) => new
    {
        issuer = issuer.Issuer,
        audience = "api://platform",
        rules = new[] { new { claim = "groups", value = "mcp-users", roles = new[] { "admin" } } },
        signIn = new { clientId = Client, name = "Acme login" },
    };
}

using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.ClientCertificates;

[Collection(SecureTests.Name), Trait("Control", "TR-4")]
public sealed class ClientCertificateEndpointTests(SecureProduct product)
{
    private const string Pin = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":"c","principal":"$"}""")]
    [InlineData("""{"name":"c","principal":"$","thumbprint":"aa"}""")]
    [InlineData("""{"name":"c","principal":"$","thumbprint":"zaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""")]
    [InlineData("""{"name":"c","principal":"../x","thumbprint":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""")]
    [InlineData("""{"name":"c","principal":"$","authority":"x","subject":{"kind":"uri","value":"spiffe://a/b"},"thumbprint":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""")]
    [InlineData("""{"name":"c","principal":"$","authority":"x"}""")]
    [InlineData("""{"name":"c","principal":"$","authority":"x","subject":{"kind":"uri","value":"spiffe://a/b"}}""")]
    [InlineData("""{"name":"c","principal":"$","authority":"x","subject":{"kind":"dns","value":"*.example"}}""")]
    [InlineData("""{"name":"c","principal":"$","authority":"x","subject":{"kind":"none","value":"a"}}""")]
    [InlineData("""{"name":"c","principal":"$","authority":"x","subject":{"kind":1,"value":"spiffe://a/b"}}""")]
    public async Task A_registration_that_is_not_valid_is_refused(string body)
    {
        var tenant = await product.GivenTenant();

        var reply = await product.Platform.RestRaw(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/client-certificates", System.Text.Encoding.UTF8.GetBytes(body.Replace("$", SecureProduct.PrincipalOf(tenant), StringComparison.Ordinal)));

        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task An_authority_that_may_not_issue_is_not_pinned()
    {
        var tenant = await product.GivenTenant();
        using var leaf = CertificateForge.Client();
        using var authority = CertificateForge.Authority("Root");
        using var issued = CertificateForge.Client(authority, isAuthority: true);

        Assert.Equal(400, (await Register(tenant, leaf.ExportCertificatePem())).Status);
        Assert.Equal(400, (await Register(tenant, issued.ExportCertificatePem())).Status);
        Assert.Equal(201, (await Register(tenant, authority.ExportCertificatePem())).Status);
    }

    [Fact]
    public async Task A_certificate_is_one_principals()
    {
        var tenant = await product.GivenTenant();
        var second = await tenant.GivenKey();

        Assert.Equal(201, (await product.Register(tenant, new { name = "c", principal = SecureProduct.PrincipalOf(tenant), thumbprint = Pin })).Status);
        Assert.Equal(409, (await product.Register(tenant, new { name = "c", principal = SecureProduct.PrincipalOf(second), thumbprint = Pin.ToUpperInvariant() })).Status);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Another_tenants_principals_and_registrations_do_not_exist_here()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        var id = (await product.Register(other, new { name = "c", principal = SecureProduct.PrincipalOf(other), thumbprint = Pin })).Json.GetProperty("id").GetString();

        Assert.Equal(404, (await product.Register(tenant, new { name = "c", principal = SecureProduct.PrincipalOf(other), thumbprint = Pin })).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Delete, $"/v1/tenants/{tenant.Slug}/client-certificates/{id}")).Status);
        Assert.Equal(204, (await product.Platform.Rest(HttpMethod.Delete, $"/v1/tenants/{other.Slug}/client-certificates/{id}")).Status);
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task Who_may_not_write_principals_binds_no_certificate_to_any()
    {
        var admin = await product.GivenTenant();
        var user = await admin.GivenKey(null, "user");
        var issued = await product.Platform.Rest(HttpMethod.Post, "/v1/management-keys", new { name = "lesser", roles = new[] { "user" } });
        var lesser = issued.Json.GetProperty("secret").GetString();

        foreach (var tenant in new[] { admin, user })
        {
            var reply = await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/client-certificates", new { name = "c", principal = SecureProduct.PrincipalOf(tenant), thumbprint = Pin }, lesser);
            Assert.Equal(403, reply.Status);
        }
    }

    [Fact]
    public async Task Registrations_are_paged_newest_first()
    {
        var tenant = await product.GivenTenant();
        var ids = new List<string>();
        foreach (var digit in "123")
        {
            ids.Insert(0, (await product.Register(tenant, new { name = "c", principal = SecureProduct.PrincipalOf(tenant), thumbprint = new string(digit, 64) })).Json.GetProperty("id").GetString()!);
        }

        Assert.Equal(ids, await Paging.All(product.Platform, $"/v1/tenants/{tenant.Slug}/client-certificates", 2, item => item.GetProperty("id").GetString()!));
    }

    private Task<Reply> Register(TenantClient tenant, string authority) => product.Register(tenant, new
    {
        name = "c",
        principal = SecureProduct.PrincipalOf(tenant),
        authority,
        subject = new { kind = "uri", value = "spiffe://example/a" },
    });
}

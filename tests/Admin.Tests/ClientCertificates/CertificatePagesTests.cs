using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.ClientCertificates;

/// <summary>Which client certificates a tenant takes for whom: registered, looked at, renewed and revoked.</summary>
public sealed class CertificatePagesTests
{
    private const string List = "/tenants/acme/client-certificates";
    private const string New = List + "/new";
    private const string Authority = List + "/" + FakeCertificates.OfAuthority;

    [Fact]
    public async Task Without_certificates_the_list_says_what_belongs_there_and_how_to_begin()
    {
        await using var console = await FilledAsync(fake => fake.Items.Clear());
        var page = await console.OpenAsync(List);
        Assert.Equal("Nobody comes with a certificate", page.QuerySelector(".empty h2")!.TextContent);
        Assert.Equal(New, page.QuerySelector(".empty a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task An_authority_whose_list_is_out_of_date_is_seen_in_the_list_and_on_its_page()
    {
        await using var console = await FilledAsync();
        var rows = (await console.OpenAsync(List)).QuerySelectorAll("tbody tr");
        Assert.Equal(["—", "Out of date: nobody is let in"], rows.Select(row => row.QuerySelector("td[data-label='Revocation list']")!.TextContent.Trim()));
        Assert.Contains("SHA-256 aaaaaaaaaaaaaaaa…", rows[0].TextContent, StringComparison.Ordinal);
        var page = await console.OpenAsync(Authority);
        Assert.Contains("out of date", page.QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector($"main a[href='{Authority}/revocation-list']"));
        Assert.Null((await console.OpenAsync($"{List}/{FakeCertificates.One}")).QuerySelector("main a[href$='/revocation-list']"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_certificate_is_registered_by_its_PEM_or_by_its_fingerprint(bool pem)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=billing", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        var print = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        var pasted = pem ? certificate.ExportCertificatePem() : string.Join(':', print.Chunk(2).Select(pair => new string(pair)));
        await using var console = await FilledAsync();
        using var made = await console.SubmitAsync(New, "certificate", ("name", "Billing"), ("principal", "svc_k1"), ("thumbprint", pasted), ("ends", "90d"));
        Assert.Equal(List + "/crt_new000000000?done=registered", made.Headers.Location!.ToString());
        var body = console.Management.Bodies[^1];
        Assert.Equal((print, null, null), ((string?)body["thumbprint"], (string?)body["authority"], body["subject"]));
        Assert.InRange(DateTimeOffset.Parse((string)body["expiresAt"]!, CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.AddDays(89), DateTimeOffset.UtcNow.AddDays(91));
        Assert.Contains(print, (await console.OpenAsync(List + "/crt_new000000000")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_is_trusted_for_one_exact_name()
    {
        await using var console = await FilledAsync();
        using var made = await console.SubmitAsync(New, "certificate", ("name", "Billing"), ("principal", "svc_k1"), ("authority", "-----BEGIN CERTIFICATE-----"), ("kind", "dns"), ("subject", "billing.example.com"), ("revocationList", "a list"), ("ends", "own"));
        Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
        var body = console.Management.Bodies[^1];
        Assert.Equal(("dns", "billing.example.com", "a list"), ((string?)body["subject"]!["kind"], (string?)body["subject"]!["value"], (string?)body["revocationList"]));
        Assert.True(body["thumbprint"] is null && body["expiresAt"] is null);
    }

    [Theory]
    [InlineData("svc_k1", "12ab", "own", HttpStatusCode.BadRequest, "as 64 hex digits")]
    [InlineData("svc_nobody", "", "own", HttpStatusCode.NotFound, "There is no such member or service")]
    [InlineData("svc_k1", "", "later", HttpStatusCode.BadRequest, "Choose one of these")]
    public async Task A_mistake_is_told_and_what_was_typed_stays(string principal, string print, string ends, HttpStatusCode status, string message)
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(New, "certificate", ("name", "Billing"), ("principal", principal), ("thumbprint", print), ("ends", ends));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(message, page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Billing", page.QuerySelector<IHtmlInputElement>("input[name=name]")!.Value);
    }

    [Theory]
    [Trait("Control", "AU-7")]
    [InlineData(New, "certificate", "thumbprint")]
    [InlineData(New, "certificate", "authority")]
    [InlineData(New, "certificate", "revocationList")]
    [InlineData(Authority + "/revocation-list", "revocation-list", "revocationList")]
    public async Task A_private_key_goes_no_further_and_is_not_shown_again(string path, string form, string field)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=billing", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        var secret = key.ExportPkcs8PrivateKeyPem();
        await using var console = await FilledAsync();
        var before = console.Management.Done.Length;
        using var response = await console.SubmitAsync(path, form, ("name", "Billing"), ("principal", "svc_k1"), (field, certificate.ExportCertificatePem() + "\n" + secret), ("ends", "own"));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(before, console.Management.Done.Length);
        Assert.Contains("There is a private key in this text", page.GetElementById($"f-{field}-error")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.DoesNotContain(secret.Split('\n')[1], page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(New, "certificate", ("principal", "nobody"), ("authority", "x"), ("kind", "wildcard"), ("subject", "spiffe://example/billing"), ("ends", "later"));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(["name", "principal", "kind"], page.QuerySelectorAll("[aria-invalid=true]").Select(control => control.GetAttribute("name")));
        Assert.Contains("Choose one of these", page.QuerySelector("fieldset .error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Who_binds_one_to_somebody_who_may_do_more_is_told_so()
    {
        await using var console = await FilledAsync();
        console.Management.Refusal = ("/v1/tenants/acme/client-certificates", 403, new JsonObject { ["title"] = "Permission denied", ["detail"] = "This needs the permission 'every permission that the principal has'.", ["status"] = 403 });
        using var refused = await console.SubmitAsync(New, "certificate", ("name", "Billing"), ("principal", "usr_admin"), ("thumbprint", FakeCertificates.Print), ("ends", "own"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("every permission that the principal has", (await ConsoleApplication.ReadAsync(refused)).QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_revocation_list_is_taken_and_an_older_one_is_not()
    {
        await using var console = await FilledAsync();
        using var old = await console.SubmitAsync(Authority + "/revocation-list", "revocation-list", ("revocationList", "old"));
        var page = await ConsoleApplication.ReadAsync(old);
        Assert.Equal(HttpStatusCode.BadRequest, old.StatusCode);
        Assert.Contains("older", page.GetElementById("f-revocationList-error")!.TextContent, StringComparison.Ordinal);
        using var taken = await console.SubmitAsync(Authority + "/revocation-list", "revocation-list", ("revocationList", "newer"));
        Assert.Equal(Authority + "?done=listed", taken.Headers.Location!.ToString());
        using var none = await console.GetAsync($"{List}/{FakeCertificates.One}/revocation-list");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    [Trait("Control", "AU-6")]
    public async Task Revoking_names_it_and_asks_first()
    {
        await using var console = await FilledAsync();
        Assert.Equal("Revoke “a text”?", (await console.OpenAsync(Authority + "/revoke")).QuerySelector("h1")!.TextContent.Trim());
        using var revoked = await console.SubmitAsync(Authority + "/revoke", "revoke-certificate");
        Assert.Equal(List + "?done=revoked", revoked.Headers.Location!.ToString());
        using var gone = await console.GetAsync(Authority);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    private static async Task<ConsoleApplication> FilledAsync(Action<FakeCertificates>? change = null)
    {
        var console = await ConsoleApplication.SignedInAsync();
        var fake = FakeCertificates.In(console.Management);
        change?.Invoke(fake);
        return console;
    }
}

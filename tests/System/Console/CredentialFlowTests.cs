using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.System.Tests.Console;

/// <summary>What opens an endpoint beside keys, and roles for a while, by a person with a browser without scripts, against the running product.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class CredentialFlowTests(RunningPlatform platform, Browser browser)
{
    [Fact]
    public async Task An_OAuth_client_gets_a_secret_another_one_and_its_end()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        var key = await platform.Management.IssueKeyAsync(slug, cancel);
        await visitor.OpenAsync(platform, $"/tenants/{slug}/oauth-clients");
        await page.PictureAsync("oauth-clients-empty");
        await page.ClickAsync("text=Register the first");
        await page.FillAsync("[name=name]", "Nightly job");
        await page.CheckAsync("[name=kind][value=confidential]");
        await page.FillAsync("[name=principal]", $"svc_{key.Id}");
        await page.FillAsync("[name=scopes]", "tools:call");
        await page.ClickAsync("button:has-text('Register client')");
        var first = await page.Locator("#code-Clientsecret").InnerTextAsync();
        Assert.StartsWith("mcpo_", first, StringComparison.Ordinal);
        await page.PictureAsync("oauth-client-secret");
        await page.CheckAsync("#stored");
        await page.ClickAsync("text=Done");
        Assert.Contains($"svc_{key.Id}", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync("oauth-client-machine");

        await page.ClickAsync("text=New secret…");
        await page.ClickAsync("button:has-text('Make a new secret')");
        Assert.NotEqual(first, await page.Locator("#code-Clientsecret").InnerTextAsync());
        await page.CheckAsync("#stored");
        await page.ClickAsync("text=Done");
        await page.ClickAsync("text=Delete…");
        await page.ClickAsync("button:has-text('Delete client')");
        await page.ArriveAsync("**/oauth-clients?done=deleted");
        Assert.Equal("No client is known here", await page.Locator(".empty h2").InnerTextAsync());
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task A_client_certificate_is_registered_by_its_PEM_and_revoked()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        var key = await platform.Management.IssueKeyAsync(slug, cancel);
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=billing", pair, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        await visitor.OpenAsync(platform, $"/tenants/{slug}/client-certificates");
        await page.PictureAsync("client-certificates-empty");
        await page.ClickAsync("text=Register the first");
        await page.FillAsync("[name=name]", "Billing");
        await page.FillAsync("[name=principal]", $"svc_{key.Id}");
        await page.FillAsync("[name=thumbprint]", certificate.ExportCertificatePem());
        await page.ClickAsync("button:has-text('Register certificate')");
        await page.ArriveAsync("**/client-certificates/crt_*?done=registered");
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync("client-certificate");
        await page.ClickAsync("text=Revoke…");
        await page.ClickAsync("button:has-text('Revoke certificate')");
        await page.ArriveAsync("**/client-certificates?done=revoked");
        Assert.Equal("Nobody comes with a certificate", await page.Locator(".empty h2").InnerTextAsync());
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task An_operator_is_elevated_for_a_while_and_it_is_ended()
    {
        var cancel = TestContext.Current.CancellationToken;
        var name = $"op-{Guid.NewGuid().ToString("N")[..10]}";
        _ = await platform.Management.InviteOperatorAsync(name, cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/operators/usr_{name}");
        await page.ClickAsync("text=Elevate…");
        await page.CheckAsync("[name=role][value=power-user]");
        await page.FillAsync("[name=justification]", "restore of last night, ticket 4711");
        await page.ClickAsync("button:has-text('Give the role')");
        await page.ArriveAsync("**/operators/usr_*?done=elevated");
        Assert.Contains("ticket 4711", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync("operator-elevated");
        await page.ClickAsync("button:has-text('End it now')");
        await page.ArriveAsync("**/operators/usr_*?done=elevations-ended");
        Assert.Contains("Before: 1", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);

        await page.ClickAsync(".side-nav >> text=Sign-in policy");
        Assert.True(await page.IsCheckedAsync("[name=secondFactor][value=recommended]"));
        await page.ClickAsync("text=Save sign-in policy");
        await page.ArriveAsync("**/sign-in-policy?done=saved");
        Assert.Empty(visitor.Violations);
    }
}

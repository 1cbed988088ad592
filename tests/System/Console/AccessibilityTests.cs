using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.System.Tests.Console;

/// <summary>Every page of a tenant, and those of operators, under axe's rules of WCAG 2.2 AA, in light on a desk and in dark on a phone.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class AccessibilityTests(RunningPlatform platform, Browser browser)
{
    private static readonly string[] Paths =
    [
        "", "/keys", "/keys/new", "/members", "/members/new", "/members/usr_anna", "/members/usr_anna/roles", "/members/usr_anna/block", "/members/usr_anna/delete",
        "/roles", "/roles/analyst", "/roles/analyst/edit", "/roles/-/new", "/roles/-/test?principal=usr_anna&area=tools&action=call", "/sessions", "/signing-keys", "/signing-keys/emergency", "/audit",
        "/alerts", "/alerts/auth-failures", "/alerts/auth-failures/edit", "/limits", "/limits/edit", "/audit/live", "/catalogue", "/catalogue/tool?name=memory_set", "/catalogue/tool?name=echo&mode=json", "/catalogue/prompt?name=summarize_memory", "/catalogue/resource",
        "/incidents", "/incidents/new", "/resources", "/resources/memory/-/new", "/resources/memory/Plan?show=true", "/resources/memory/Plan/remove", "/resources/files", "/resources/hosts", "/resources/hosts/new", "/webhooks/new",
        "/identity-providers", "/identity-providers/new", "/oauth-clients", "/oauth-clients/new", "/client-certificates", "/client-certificates/new", "/members/usr_anna/elevate", "/secrets", "/settings", "/delete",
    ];

    private static readonly string[] OfOperators = ["/account", "/tenants", "/tenants/new", "/alerts", "/alerts/new", "/incidents", "/incidents/new", "/plans", "/plans/new", "/audit", "/audit/live", "/operations", "/secrets", "/sessions", "/operators", "/operators/new", "/operators/usr_admin", "/operators/usr_admin/roles", "/operators/usr_admin/elevate", "/sign-in-policy", "/roles", "/roles/admin", "/roles/-/new", "/roles/-/test?principal=usr_admin&area=tenants&action=read", "/management-keys", "/management-keys/new"];

    [Fact]
    public async Task No_page_has_a_serious_finding_or_scrolls_sideways()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await platform.Management.CreateRoleAsync(slug, "analyst", cancel);
        await platform.Management.InviteUserAsync(slug, "anna", "analyst", cancel);
        await platform.Management.PutMemoryAsync(slug, "Plan", "# Ship it", cancel);
        var incident = "/incidents/" + await platform.Management.OpenIncidentAsync(slug, "A key in a public log", cancel);
        var webhook = "/webhooks/" + (await platform.Management.AddWebhookAsync(slug, new Uri("https://hooks.example.com/a-long-path-that-may-hold-a-secret"), "alert.*", cancel)).Id;
        var issued = (await platform.Management.IssueKeyAsync(slug, cancel)).Id;
        var key = "/keys/" + issued;
        var own = "/incidents/" + await platform.Management.OpenIncidentAsync(null, "A look at the console", cancel);
        var client = "?id=" + await platform.Management.RegisterOAuthClientAsync(slug, "My editor", "http://127.0.0.1/callback", defaultResource: true, cancel);
        var machine = "?id=" + await platform.Management.RegisterMachineAsync(slug, "Nightly job", $"svc_{issued}", cancel);
        var certificate = "/client-certificates/" + await platform.Management.TrustAuthorityAsync(slug, "Billing", $"svc_{issued}", Authority(), "billing.example.com", cancel);
        (string Name, string Path)[] pages =
        [
            .. Paths.Select(path => (NameOf(path), $"/tenants/{slug}{path}")), ("incident", $"/tenants/{slug}{incident}"), ("incident-edit", $"/tenants/{slug}{incident}/edit"), ("incident-contain", $"/tenants/{slug}{incident}/contain"),
            ("incident-close", $"/tenants/{slug}{incident}/close"), .. OfOperators.Select(path => ("platform-" + NameOf(path), path)), ("webhook", $"/tenants/{slug}{webhook}"), ("key", $"/tenants/{slug}{key}"), ("oauth-client", $"/tenants/{slug}/oauth-clients/client{client}"), ("oauth-client-edit", $"/tenants/{slug}/oauth-clients/client/edit{client}"), ("oauth-client-delete", $"/tenants/{slug}/oauth-clients/client/delete{client}"), ("oauth-client-confidential", $"/tenants/{slug}/oauth-clients/client{machine}"), ("oauth-client-rotate", $"/tenants/{slug}/oauth-clients/client/rotate{machine}"),
            ("client-certificate-of-authority", $"/tenants/{slug}{certificate}"), ("client-certificate-revocation-list", $"/tenants/{slug}{certificate}/revocation-list"), ("client-certificate-revoke", $"/tenants/{slug}{certificate}/revoke"), ("platform-incident", own), ("platform-incident-contain", own + "/contain"),
        ];

        // Two at a time: while one waits for a page, the other is judged.
        var findings = await Task.WhenAll(pages.Chunk((pages.Length + 1) / 2).Select(half => LookAsync(half, cancel)));

        Assert.True(findings.All(half => half.Count == 0), string.Join(Environment.NewLine, findings.SelectMany(half => half)));
    }

    [Fact]
    public async Task All_sections_of_a_tenant_are_in_view_in_a_window_of_900_px_and_can_be_hit()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { ViewportSize = new() { Width = 1024, Height = 900 } });
        foreach (var path in new[] { "/tenants", $"/tenants/{slug}" })
        {
            await visitor.OpenAsync(platform, path);
            var (hidden, least) = (await visitor.Page.EvaluateAsync<int>("() => document.querySelector('.side-nav').scrollHeight - document.querySelector('.side-nav').clientHeight"),
                await visitor.Page.EvaluateAsync<double>("() => Math.min(...[...document.querySelectorAll('.side-nav a')].map(link => link.getBoundingClientRect().height))"));
            Assert.Equal((path, 0), (path, hidden));
            Assert.InRange(least, 24, 100);
        }
    }

    private async Task<List<string>> LookAsync((string Name, string Path)[] pages, CancellationToken cancel)
    {
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        await visitor.WithAxeAsync();
        List<string> findings = [];
        foreach (var (name, path) in pages)
        {
            await visitor.OpenAsync(platform, path);
            findings.AddRange(await visitor.Page.FindingsAsync(name));
        }

        return [.. findings, .. visitor.Violations];
    }

    private static string Authority()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Billing authority", pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return certificate.ExportCertificatePem();
    }

    private static string NameOf(string path) => path.Length == 0 ? "overview" : path.Split('?')[0].Trim('/').Replace('/', '-');
}

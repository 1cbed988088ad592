using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>Every page of a tenant under axe's rules of WCAG 2.2 AA, in light on a desk and in dark on a phone.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class AccessibilityTests(RunningPlatform platform, Browser browser) : IClassFixture<Browser>
{
    private static readonly string[] Paths =
    [
        "", "/keys", "/keys/new", "/members", "/members/new", "/members/usr_anna", "/members/usr_anna/roles", "/members/usr_anna/block", "/members/usr_anna/delete",
        "/roles", "/roles/analyst", "/roles/analyst/edit", "/roles/-/new", "/roles/-/test?principal=usr_anna&area=tools&action=call", "/sessions", "/signing-keys", "/signing-keys/emergency", "/audit",
        "/alerts", "/alerts/auth-failures", "/alerts/auth-failures/edit", "/limits", "/limits/edit", "/audit/live", "/catalogue", "/catalogue/tool?name=memory_set", "/catalogue/tool?name=echo&mode=json", "/catalogue/prompt?name=summarize_memory", "/catalogue/resource",
    ];

    private static readonly AxeRunOptions Rules = new() { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } };

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 375)]
    public async Task No_page_has_a_serious_finding_or_scrolls_sideways(ColorScheme theme, int width)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await platform.Management.CreateRoleAsync(slug, "analyst", cancel);
        await platform.Management.InviteUserAsync(slug, "anna", "analyst", cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = 800 } });
        List<string> findings = [];
        foreach (var path in Paths)
        {
            await visitor.OpenAsync(platform, $"/tenants/{slug}{path}");
            await visitor.Page.PictureAsync($"{(path.Length == 0 ? "overview" : path.Split('?')[0].Trim('/').Replace('/', '-'))}-{theme.ToString().ToLowerInvariant()}-{width}");
            var result = await visitor.Page.RunAxe(Rules);
            findings.AddRange(result.Violations.Where(violation => violation.Impact is "serious" or "critical")
                .Select(violation => $"{path}: {violation.Id} {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html))}"));
            if (await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") > width)
            {
                findings.Add($"{path}: wider than {width}");
            }
        }

        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
        Assert.Empty(visitor.Violations);
    }
}

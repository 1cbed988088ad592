using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Platform.Admin.Access;
using Platform.Admin.Components.Design;
using Platform.Admin.Tests.Security;

namespace Platform.Admin.Tests.Access;

/// <summary>An address may name any tenant: the rail is that of one that is there and theirs to see.</summary>
[Trait("Control", "AZ-4")]
public sealed class TenantRailTests
{
    private static readonly string[] Below = [.. PageTests.Pages.Select(row => row.Data).Where(path => path.StartsWith("/tenants/acme", StringComparison.Ordinal))];

    [Fact]
    public async Task No_page_has_the_rail_of_a_tenant_that_is_not_there()
    {
        await using var console = await PageTests.FilledAsync("Acme");
        var platform = Rail(await console.OpenAsync("/tenants"));
        Assert.Equal(ConsoleSection.OfPlatform.Count + 1, platform.Length);
        foreach (var path in Below.Append("/tenants/acme/no-such-page").Select(path => path.Replace("/acme", "/nobody", StringComparison.Ordinal)))
        {
            var page = await console.OpenAsync(path);
            Assert.Equal((path, string.Join(' ', platform)), (path, string.Join(' ', Rail(page))));
            Assert.Null(page.QuerySelector(".side-tenant"));
            Assert.DoesNotContain(page.QuerySelectorAll("main a"), link => link.GetAttribute("href")!.Contains("nobody", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Every_page_that_is_shown_has_the_rail_of_its_tenant()
    {
        await using var console = await PageTests.FilledAsync("Acme");
        var seen = 0;
        foreach (var path in Below)
        {
            using var response = await console.GetAsync(path);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                continue;
            }

            seen++;
            var rail = Rail(await ConsoleApplication.ReadAsync(response));
            Assert.Equal((path, ConsoleSection.OfTenant.Count + 2, "/tenants/acme/keys"), (path, rail.Length, rail[2]));
        }

        Assert.InRange(seen, 80, 1_000);
    }

    [Fact]
    public async Task Who_may_not_read_tenants_learns_of_none_by_the_rail()
    {
        await using var console = await PageTests.FilledAsync("Acme");
        foreach (var path in Below.Where(path => PageNeeds.Of(path) is not null))
        {
            var needs = PageNeeds.Of(path)!;
            console.Management.Grants = [.. needs.Permissions.Concat(needs.AnyOf.Take(1)).Where(permission => permission != "tenants:read"), "audit:read"];
            var page = await console.OpenAsync(path.Replace("/acme", "/nobody", StringComparison.Ordinal));
            Assert.DoesNotContain(Rail(page), link => link.Contains("nobody", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("/tenants/acme/keys/nokey")]
    [InlineData("/tenants/acme/roles/norole")]
    public async Task What_is_missing_in_a_tenant_that_is_there_keeps_its_rail(string path)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/tenants/acme/audit", Rail(await ConsoleApplication.ReadAsync(response)));
    }

    private static string[] Rail(IHtmlDocument page) => [.. page.QuerySelectorAll(".side-nav a").Select(link => link.GetAttribute("href")!)];
}

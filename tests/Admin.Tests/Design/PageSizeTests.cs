using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Admin.Tests.Design;

/// <summary>The largest lists, full, with the longest names and with more changes than a page shows: what a browser needs before it shows them.</summary>
public sealed class PageSizeTests
{
    private const int Most = 100 * 1024;

    [Theory]
    [InlineData("/tenants/acme/audit", 20)]
    [InlineData("/tenants/acme/keys", 40)]
    [InlineData("/tenants/acme/members", 50)]
    [InlineData("/tenants", 50)]
    public async Task A_full_page_of_a_list_is_below_100_KiB(string path, int rows)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var management = console.Management;
        management.Histogram = FakeManagement.Counted([.. Enumerable.Repeat(1_234, 30)]);
        for (var i = 0; i < 300; i++)
        {
            var number = i.ToString("D8", CultureInfo.InvariantCulture);
            management.Tenants.Add(FakeManagement.Tenant($"a-tenant-{number}", $"The tenant with the number {number}"));
            management.Keys.Add(FakeManagement.Key(number, $"The agent of the service {number} {new string('n', 60)}", lastUsedAt: "2026-11-20T10:00:00Z", expiresAt: "2099-11-20T10:00:00Z", roles: ["power-user", "service", "operator-of-the-night"]));
            management.People.Principals.Add(FakePeople.Principal($"usr_person-{number}", $"A person with the number {number}", "user", "power-user", "service"));
            var record = FakeManagement.Event(i + 1, "tools/call", "dataAccess", target: $"memory_set/{number}");
            foreach (var (name, value) in Usual)
            {
                record["event"]!.AsObject()[name] = value;
            }

            record["event"]!["changes"] = new JsonObject { ["allow"] = new JsonObject { ["before"] = new string('b', 500), ["after"] = new string('a', 1_500) } };
            management.Events.Add(record);
        }

        using var response = await console.GetAsync(path);
        var html = await response.Content.ReadAsStringAsync();

        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(rows, page.QuerySelectorAll("main .trail-row, main .card > .table-wrap tbody tr, main form .table-wrap tbody tr").Length);
        Assert.InRange(Encoding.UTF8.GetByteCount(html), 10_000, Most);
    }

    private static (string, string)[] Usual =>
    [
        ("id", "01a229e2-0750-77be-a7a2-bc4ae03b9a22"), ("tenant", "0yfeywxhyu3zw36j"), ("principal", "svc_an-agent-of-a-service"), ("credential", "6iz6fger"), ("transport", "streamable-http"), ("address", "2001:db8:1234:5678::9abc"),
        ("correlation", "01a229e2075077bea7a2bc4ae03b9a22"), ("arguments", "hmac:" + new string('a', 43)), ("durationUs", "9814"), ("trace", new string('b', 32)),
    ];
}

using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Audit;

/// <summary>Who sets how long a trail is kept, and who holds and releases it.</summary>
[Trait("Control", "AL-2")]
public sealed class AuditRetentionTests(Product product)
{
    [Fact]
    public async Task A_tenant_starts_with_ninety_days_and_may_have_more_but_not_less()
    {
        await product.Platform.GivenTenant("keeping");

        Assert.Equal((90, 90, 0), Read((await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/keeping/audit-retention", null)).Json));
        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Put, "/v1/tenants/keeping/audit-retention", new { days = 1 }, ifMatch: "*")).Status);
        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Put, "/v1/tenants/keeping/audit-retention", new { days = 89 }, ifMatch: "*")).Status);
        Assert.Equal((365, 90, 0), Read((await product.Platform.Rest(HttpMethod.Put, "/v1/tenants/keeping/audit-retention", new { days = 365 }, ifMatch: "*")).Json));
    }

    [Fact]
    public async Task Who_may_place_a_hold_may_not_release_it_without_the_other_permission_and_both_are_on_record()
    {
        await product.Platform.GivenTenant("held");
        var clerk = await ManagerAsync("held", "audit-holds:write");
        var counsel = await ManagerAsync("held", "audit-holds:release", "audit:read");

        var placed = await product.Platform.Rest(HttpMethod.Post, "/v1/tenants/held/audit-holds", new { reason = "case 12" }, clerk);
        Assert.Equal(201, placed.Status);
        var release = $"/v1/tenants/held/audit-holds/{placed.Json.GetProperty("id").GetString()}:release";
        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Post, release, null, clerk)).Status);
        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants/held/audit-holds", new { reason = "mine" }, counsel)).Status);

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, release, null, counsel)).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Post, release, null, counsel)).Status);
        var actions = (await product.Platform.AuditEvents("held", 100)).Where(entry => entry.GetProperty("outcome").GetString() == "ok").Select(entry => entry.GetProperty("action").GetString()).ToArray();
        Assert.Contains("audit-holds/place", actions);
        Assert.Contains("audit-holds/release", actions);
    }

    [Fact]
    public async Task A_hold_without_a_reason_is_refused()
    {
        await product.Platform.GivenTenant("unheld");

        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants/unheld/audit-holds", new { reason = "" })).Status);
    }

    private static (int Days, int Least, long Pruned) Read(JsonElement view) =>
        (view.GetProperty("days").GetInt32(), view.GetProperty("leastDays").GetInt32(), view.GetProperty("prunedThrough").GetInt64());

    private async Task<string> ManagerAsync(string tenant, params string[] permissions)
    {
        var role = $"r{permissions[0].Split(':')[1]}";
        var made = await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant}/roles", new { name = role, allow = permissions });
        Assert.Equal(201, made.Status);
        var issued = await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant}/keys", new { kind = "management", name = role, roles = new[] { role } });
        Assert.Equal(201, issued.Status);
        return issued.Json.GetProperty("secret").GetString()!;
    }
}

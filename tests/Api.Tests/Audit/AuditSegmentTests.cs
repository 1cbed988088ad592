using System.Net;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

/// <summary>What REST shows of segments, checkpoints and keys; that they verify is tested with the CLI, on bundles.</summary>
[Trait("Control", "AL-4")]
public sealed class AuditSegmentTests(ClockedProduct clocked, Product product) : IClassFixture<ClockedProduct>
{
    [Fact]
    public async Task Segments_are_listed_in_pages_that_meet()
    {
        await clocked.Platform.GivenTenant("paged");
        for (var i = 0; i < 3; i++)
        {
            await clocked.Platform.IssueKey("paged");
            clocked.Clock.Advance(TimeSpan.FromMinutes(61));
        }

        await AskAsync("/v1/tenants/paged/audit-checkpoint");
        var first = await AskAsync("/v1/tenants/paged/audit-segments?pageSize=2");
        var second = await AskAsync($"/v1/tenants/paged/audit-segments?pageSize=2&pageToken={first.Json.GetProperty("nextPageToken").GetString()}");

        Assert.Equal([1, 2, 3], new[] { first, second }.SelectMany(page => page.Json.GetProperty("items").EnumerateArray()).Select(item => item.GetProperty("header").GetProperty("number").GetInt64()));
        Assert.False(second.Json.TryGetProperty("nextPageToken", out _));
    }

    [Fact]
    public async Task A_tenants_manager_exports_the_own_trail_and_reads_the_keys_it_is_signed_by()
    {
        await product.Platform.GivenTenant("exporting");
        var key = await ManagerAsync("exporting");

        using var bundle = await product.Platform.Manage(HttpMethod.Get, "/v1/tenants/exporting/audit:export", credential: key);
        var keys = await product.Platform.Rest(HttpMethod.Get, "/v1/audit-keys", null, key);

        Assert.Equal((HttpStatusCode.OK, "application/zip"), (bundle.StatusCode, bundle.Content.Headers.ContentType?.MediaType));
        Assert.Equal("PK", System.Text.Encoding.ASCII.GetString(await bundle.Content.ReadAsByteArrayAsync(), 0, 2));
        Assert.NotEmpty(keys.Json.GetProperty("items").EnumerateArray());
        Assert.DoesNotContain("\"d\":", keys.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_on_record()
    {
        await product.Platform.GivenTenant("recorded");
        using var bundle = await product.Platform.Manage(HttpMethod.Get, "/v1/tenants/recorded/audit:export");

        Assert.Contains(await product.Platform.AuditEvents("_sys", 200), entry => entry.GetProperty("action").GetString() == "audit/bundle" && entry.GetProperty("target").GetString() == "recorded");
    }

    [Fact]
    public async Task Only_operators_rotate_the_audit_keys_and_that_is_on_record()
    {
        await product.Platform.GivenTenant("rotating");
        var key = await ManagerAsync("rotating");

        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Post, "/v1/audit-keys:rotate", null, key)).Status);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, "/v1/audit-keys:rotate", null)).Status);
        Assert.Contains(await product.Platform.AuditEvents("_sys", 200), entry => entry.GetProperty("action").GetString() == "audit-keys/rotate" && entry.GetProperty("outcome").GetString() == "ok");
    }

    private Task<Reply> AskAsync(string path) => clocked.Platform.Rest(HttpMethod.Get, path, null);

    private async Task<string> ManagerAsync(string tenant)
    {
        var issued = await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant}/keys", new { kind = "management", name = "auditor", roles = new[] { "admin" } });
        Assert.Equal(201, issued.Status);
        return issued.Json.GetProperty("secret").GetString()!;
    }
}

using System.Net;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

/// <summary>What REST shows of platform checkpoints; what the watch finds is tested with grains, and on a store that was set back in tests/System.</summary>
[Trait("Control", "AL-4")]
public sealed class AuditWatchTests(Product product)
{
    [Fact]
    public async Task A_tenants_manager_proves_the_own_trail_to_be_in_a_checkpoint_by_public_keys_alone()
    {
        await product.Platform.GivenTenant("included");
        var key = await ManagerAsync("included");
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, "/v1/audit-checkpoints:take", null)).Status);

        var proof = await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/included/audit-inclusion", null, key);
        var keys = await product.Platform.Rest(HttpMethod.Get, "/v1/audit-keys", null, key);

        var inclusion = proof.Json.Deserialize<AuditInclusion>(JsonSerializerOptions.Web)!;
        Assert.True(AuditKeyChain.TryRead(keys.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("statement").GetString()!), out var ring));
        Assert.True(inclusion.Holds(ring));
        Assert.Equal(64, proof.Json.GetProperty("checkpoint").GetProperty("root").GetString()!.Length);
    }

    [Fact]
    public async Task Checkpoints_are_listed_in_pages_that_meet_and_name_no_tenant()
    {
        var tenant = await product.Platform.GivenTenant("unnamed");
        for (var i = 0; i < 3; i++)
        {
            await product.Platform.Rest(HttpMethod.Post, "/v1/audit-checkpoints:take", null);
        }

        var first = await product.Platform.Rest(HttpMethod.Get, "/v1/audit-checkpoints?pageSize=2", null);
        var second = await product.Platform.Rest(HttpMethod.Get, $"/v1/audit-checkpoints?pageSize=2&pageToken={first.Json.GetProperty("nextPageToken").GetString()}", null);

        Assert.Equal([1, 2, 3], new[] { first, second }.SelectMany(page => page.Json.GetProperty("items").EnumerateArray()).Take(3).Select(item => item.GetProperty("checkpoint").GetProperty("number").GetInt64()));
        Assert.DoesNotContain(tenant.GetProperty("id").GetString()!, first.Text + second.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_operators_take_checkpoints_and_see_or_accept_findings()
    {
        await product.Platform.GivenTenant("watched");
        var key = await ManagerAsync("watched");

        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Post, "/v1/audit-checkpoints:take", null, key)).Status);
        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Get, "/v1/audit-findings", null, key)).Status);
        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants/watched/audit-finding:accept", new { reason = "mine" }, key)).Status);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, "/v1/audit-findings", null)).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants/watched/audit-finding:accept", new { reason = "nothing there" })).Status);
        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants/watched/audit-finding:accept", new { reason = "" })).Status);
    }

    private async Task<string> ManagerAsync(string tenant)
    {
        var issued = await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant}/keys", new { kind = "management", name = "auditor", roles = new[] { "admin" } });
        Assert.Equal((int)HttpStatusCode.Created, issued.Status);
        return issued.Json.GetProperty("secret").GetString()!;
    }
}

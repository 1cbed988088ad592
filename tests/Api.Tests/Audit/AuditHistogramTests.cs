using System.Text.Json;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

[Trait("Control", "AL-1")]
public sealed class AuditHistogramTests(Product product)
{
    [Fact]
    public async Task It_counts_what_the_search_finds_and_the_look_itself_is_an_event()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool();
        await tenant.CallTool();
        await tenant.Call("tools/list");

        var reply = await Ask(tenant, "action=tools/call&buckets=60");
        Assert.True(reply.Json.GetProperty("complete").GetBoolean());
        Assert.Equal(2, Sum(reply.Json));
        Assert.Equal(1, Sum((await Ask(tenant, "action=tools/list")).Json));
        Assert.Equal(2, Sum((await Ask(tenant, "class=toolExecution&from=2020-01-01&to=2999-01-01&buckets=2")).Json));
        Assert.InRange(Sum((await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/_sys/audit-events:histogram?action=audit/histogram")).Json), 3, long.MaxValue);
        var all = (await Ask(tenant, "")).Json;
        Assert.InRange(Sum(all), 4, long.MaxValue);
        var buckets = all.GetProperty("buckets").EnumerateArray().ToArray();
        Assert.InRange(buckets.Length, 1, 30);
        Assert.Equal((all.GetProperty("from").GetDateTimeOffset(), all.GetProperty("to").GetDateTimeOffset()), (buckets[0].GetProperty("from").GetDateTimeOffset(), buckets[^1].GetProperty("to").GetDateTimeOffset()));
    }

    [Fact]
    public async Task Times_without_an_event_have_no_count()
    {
        var tenant = await product.GivenTenant();
        Assert.Equal(0, (await Ask(tenant, "to=2020-01-01")).Json.GetProperty("buckets").GetArrayLength());
        Assert.Equal(0, (await Ask(tenant, "from=2999-01-01")).Json.GetProperty("buckets").GetArrayLength());
        Assert.Equal(0, Sum((await Ask(tenant, "from=0001-01-01&to=2020-01-01&buckets=60")).Json));
        Assert.Equal(200, (await Ask(tenant, "from=0001-01-01&to=9999-12-31T23:59:59.9999999Z&buckets=2")).Status);
    }

    [Theory]
    [InlineData("from=2026-01-02&to=2026-01-01", "to")]
    [InlineData("from=2026-01-02&to=2026-01-02", "to")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-02-30", "to")]
    [InlineData("class=tools", "class")]
    [InlineData("action=a%00b", "action")]
    [InlineData("buckets=0", "buckets")]
    [InlineData("buckets=1", "buckets")]
    [InlineData("buckets=-5", "buckets")]
    [InlineData("buckets=61", "buckets")]
    [InlineData("buckets=2147483647", "buckets")]
    public async Task What_cannot_be_counted_is_a_mistake(string query, string member)
    {
        var reply = await Ask(await product.GivenTenant(), query);

        Assert.Equal(400, reply.Status);
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(member, out _), reply.ToString());
    }

    [Theory]
    [InlineData("buckets=1e9")]
    [InlineData("buckets=99999999999999999999")]
    public async Task A_number_that_is_none_is_a_mistake(string query) => Assert.Equal(400, (await Ask(await product.GivenTenant(), query)).Status);

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_manager_counts_its_own_tenants_events_only()
    {
        var (mine, theirs) = (await product.GivenTenant(), await product.GivenTenant());
        await theirs.CallTool();
        var secret = Assert.Single(await theirs.McpEvents());
        var manager = await AuditSearchTests.Manager(mine);

        Assert.Equal(404, (await Ask(theirs, "", manager)).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/_sys/audit-events:histogram", credential: manager)).Status);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/_sys/audit-events:histogram")).Status);
        foreach (var query in new[] { $"principal={secret.GetProperty("principal").GetString()}", $"correlation={secret.GetProperty("correlation").GetString()}" })
        {
            Assert.Equal(0, Sum((await Ask(mine, query, manager)).Json));
        }
    }

    private static long Sum(JsonElement histogram) => histogram.GetProperty("buckets").EnumerateArray().Sum(bucket => bucket.GetProperty("count").GetInt64());

    private Task<Reply> Ask(TenantClient tenant, string query, string? credential = null) =>
        product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events:histogram?{query}", credential: credential);
}

using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

[Trait("Control", "AL-1")]
public sealed class AuditSearchTests(Product product)
{
    [Fact]
    public async Task Events_are_found_by_what_they_say()
    {
        var tenant = await product.GivenTenant();
        var other = await tenant.GivenKey(null, "user");
        await tenant.CallTool();
        var refused = await other.CallTool();
        await tenant.Call("tools/list");
        var principal = (await tenant.McpEvents())[1].GetProperty("principal").GetString();

        Assert.Equal(["tools/call"], await Actions(tenant, $"class=toolExecution"));
        Assert.Equal(["tools/list"], await Actions(tenant, "action=tools/list"));
        Assert.Equal(["tools/call"], await Actions(tenant, $"principal={principal}&class=authorization"));
        Assert.Equal(["tools/call"], await Actions(tenant, "outcome=permission-denied"));
        Assert.Equal(["tools/call"], await Actions(tenant, $"correlation={refused.Data.GetProperty("correlation").GetString()}"));
        Assert.Equal(["tools/list", "tools/call", "tools/call"], (await Actions(tenant, "orderBy=sequence%20desc")).Where(action => action.StartsWith("tools/", StringComparison.Ordinal)));
        Assert.Equal(["tools/call", "tools/call", "tools/list"], (await Actions(tenant, "orderBy=sequence")).Where(action => action.StartsWith("tools/", StringComparison.Ordinal)));
        Assert.Empty(await Actions(tenant, "to=2020-01-01"));
        Assert.Empty(await Actions(tenant, "from=2999-01-01T00:00:00%2B02:00"));
        Assert.Equal(3, (await Actions(tenant, "from=2020-01-01T00:00:00Z&to=2999-01-01")).Count(action => action.StartsWith("tools/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=1/2/2026", "from")]
    [InlineData("from=2026-01-02&to=2026-01-01", "to")]
    [InlineData("class=tools", "class")]
    [InlineData("class=1", "class")]
    [InlineData("outcome=zz", "outcome")]
    [InlineData("outcome=OK", "outcome")]
    [InlineData("outcome=", "outcome")]
    [InlineData("principal=", "principal")]
    [InlineData("action=a%0Ab", "action")]
    [InlineData("correlation=x", "correlation")]
    [InlineData("orderBy=random", "orderBy")]
    [InlineData("order=oldest", "order")]
    [InlineData("pageToken=MTA", "pageToken")]
    public async Task What_no_event_can_have_is_a_mistake(string query, string member)
    {
        var reply = await Ask(await product.GivenTenant(), query);

        Assert.Equal(400, reply.Status);
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(member, out _), reply.ToString());
    }

    [Theory]
    [InlineData("ok")]
    [InlineData("cancelled")]
    [InlineData("unfinished")]
    [InlineData("tenant-read-only")]
    [InlineData("rolled-back")]
    public async Task Every_outcome_that_an_event_can_have_can_be_asked_for(string outcome) => Assert.Equal(200, (await Ask(await product.GivenTenant(), $"outcome={outcome}")).Status);

    [Fact]
    public async Task Every_class_can_be_asked_for()
    {
        var tenant = await product.GivenTenant();
        var names = Enum.GetValues<AuditClass>().Select(value => JsonSerializer.Serialize(value).Trim('"'));

        Assert.All(await Task.WhenAll(names.Select(name => Ask(tenant, $"class={name}"))), reply => Assert.Equal(200, reply.Status));
    }

    [Fact]
    public async Task A_page_token_serves_the_search_that_gave_it_out_and_no_other()
    {
        var (mine, theirs) = (await product.GivenTenant(), await product.GivenTenant());
        await mine.CallTool();
        var token = (await Ask(mine, "pageSize=1&class=administration")).Json.GetProperty("nextPageToken").GetString();

        Assert.Equal(200, (await Ask(mine, $"pageSize=1&class=administration&pageToken={token}")).Status);
        Assert.Equal(400, (await Ask(theirs, $"pageSize=1&class=administration&pageToken={token}")).Status);
        Assert.Equal(400, (await Ask(mine, $"pageSize=1&pageToken={token}")).Status);
        Assert.Equal(400, (await Ask(mine, $"pageSize=1&class=authorization&pageToken={token}")).Status);
        Assert.Equal(400, (await Ask(mine, $"pageSize=1&class=administration&orderBy=sequence&pageToken={token}")).Status);
        Assert.Equal(400, (await Ask(mine, $"pageSize=1&class=administration&outcome=ok&pageToken={token}")).Status);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_manager_finds_its_own_tenants_events_only()
    {
        var (mine, theirs) = (await product.GivenTenant(), await product.GivenTenant());
        await theirs.CallTool();
        var secret = Assert.Single(await theirs.McpEvents());
        var manager = await Manager(mine);

        Assert.Equal(404, (await Ask(theirs, "", manager)).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{theirs.Slug}/audit-events:export", credential: manager)).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{theirs.Slug}/audit-events:stream", credential: manager)).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/_sys/audit-events", credential: manager)).Status);
        foreach (var query in new[] { $"principal={secret.GetProperty("principal").GetString()}", $"correlation={secret.GetProperty("correlation").GetString()}" })
        {
            var reply = await Ask(mine, query, manager);
            Assert.Equal(200, reply.Status);
            Assert.Empty(reply.Json.GetProperty("items").EnumerateArray());
        }
    }

    [Fact]
    public async Task A_file_has_the_events_of_the_search_and_names_what_did_not_fit()
    {
        var tenant = await product.GivenTenant();
        for (var i = 0; i < 5; i++)
        {
            await tenant.CallTool();
        }

        var first = await Export(tenant, "action=tools/call&orderBy=sequence&count=3");
        var second = await Export(tenant, $"action=tools/call&orderBy=sequence&count=3&pageToken={first.Header("Next-Page-Token")}");

        Assert.Equal("application/jsonl; charset=utf-8", first.Header("Content-Type"));
        Assert.Equal($"attachment; filename=\"audit-{tenant.Slug}.jsonl\"", first.Header("Content-Disposition"));
        Assert.Null(second.Header("Next-Page-Token"));
        var lines = (first.Text + second.Text).TrimEnd('\n').Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
        Assert.Equal([3, 4, 5, 6, 7], lines.Select(line => line.GetProperty("sequence").GetInt32()));
        Assert.All(lines, line => Assert.Equal("tools/call", line.GetProperty("event").GetProperty("action").GetString()));
    }

    [Theory, Trait("Control", "IN-5")]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+1+1")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("  =1")]
    [InlineData("＝1")]
    [InlineData("\tx")]
    public async Task A_spreadsheet_takes_no_cell_for_a_formula(string evil)
    {
        var tenant = await product.GivenTenant();
        await tenant.Call("prompts/get", new { name = evil }, $"=?base64?{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(evil))}?=");

        var file = await Export(tenant, "format=csv&action=prompts/get");

        Assert.Equal("text/csv; charset=utf-8", file.Header("Content-Type"));
        Assert.Contains($",\"'{evil}\",", file.Text, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "IN-5")]
    [InlineData("a\",\"=1", ",\"a\"\",\"\"=1\",")]
    [InlineData("a\r\n=1,2", ",\"a\r\n=1,2\",")]
    public async Task Nothing_breaks_out_of_its_cell(string evil, string cell)
    {
        var tenant = await product.GivenTenant();
        await tenant.Call("prompts/get", new { name = evil }, $"=?base64?{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(evil))}?=");

        Assert.Contains(cell, (await Export(tenant, "format=csv&action=prompts/get")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("format=xlsx", "format")]
    [InlineData("count=0", "count")]
    [InlineData("count=10001", "count")]
    public async Task A_file_is_bounded_and_of_a_known_form(string query, string member)
    {
        var reply = await Export(await product.GivenTenant(), query);

        Assert.Equal(400, reply.Status);
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(member, out _));
    }

    private async Task<string[]> Actions(TenantClient tenant, string query) =>
        [.. (await Ask(tenant, query)).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("event").GetProperty("action").GetString()!)];

    private Task<Reply> Ask(TenantClient tenant, string query, string? credential = null) =>
        product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events?{query}", credential: credential);

    private Task<Reply> Export(TenantClient tenant, string query) => product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events:export?{query}");

    internal static async Task<string> Manager(TenantClient tenant) =>
        (await tenant.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;
}

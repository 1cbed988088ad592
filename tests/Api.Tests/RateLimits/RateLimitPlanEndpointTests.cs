using Platform.Api.Tests.Support;
using Platform.Testing;
using static Platform.Api.Tests.RateLimits.RateSetup;

namespace Platform.Api.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class RateLimitPlanEndpointTests(Product product)
{
    private readonly PlatformApplication _platform = product.Platform;

    [Fact]
    public async Task A_plan_is_made_read_changed_listed_and_deleted()
    {
        var name = await _platform.GivenPlan(new { description = "for the many", tenant = Rule(600, 60) });
        var path = $"/v1/rate-limit-plans/{name}";
        var made = await _platform.Conditional(HttpMethod.Get, path);

        var changed = await _platform.Conditional(HttpMethod.Put, path, new { tenant = Rule(1_200, 60) }, made.Header("ETag"));
        var stale = await _platform.Conditional(HttpMethod.Delete, path, match: made.Header("ETag"));
        var listed = await Paging.All(_platform, "/v1/rate-limit-plans", 1, plan => plan.GetProperty("name").GetString()!);
        var deleted = await _platform.Conditional(HttpMethod.Delete, path, match: changed.Header("ETag"));

        Assert.Equal((200, 200, 412, 204, 404), (made.Status, changed.Status, stale.Status, deleted.Status, (await _platform.Conditional(HttpMethod.Get, path)).Status));
        Assert.Equal(1_200, changed.Json.GetProperty("plan").GetProperty("tenant").GetProperty("permitsPerMinute").GetInt32());
        Assert.Contains(name, listed);
    }

    [Theory]
    [InlineData(null, null, 428)]
    [InlineData("\"7\"", null, 412)]
    [InlineData("*", null, 412)]
    [InlineData(null, "*", 201)]
    public async Task A_plan_that_is_not_there_is_made_only_by_who_knows_that(string? match, string? none, int status) =>
        Assert.Equal(status, (await _platform.Conditional(HttpMethod.Put, $"/v1/rate-limit-plans/q{Guid.NewGuid():N}", new { }, match, none)).Status);

    [Theory]
    [InlineData("A", "{}", "plan")]
    [InlineData("fine", """{"tenant":{"permitsPerMinute":0,"burst":1}}""", "tenant.permitsPerMinute")]
    [InlineData("fine", """{"tenant":{"permitsPerMinute":9,"burst":1},"methods":{"ping":{"cost":2}}}""", "methods.ping.cost")]
    [InlineData("fine", """{"methods":{"tools/cal":{"cost":2}}}""", "methods")]
    [InlineData("fine", """{"tools":{}}""", "tools")]
    public async Task What_is_wrong_is_refused_by_its_name(string name, string body, string member)
    {
        var refused = await _platform.Conditional(HttpMethod.Put, $"/v1/rate-limit-plans/{name}", System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(body), none: "*");

        Assert.Equal(400, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(member, out _), refused.ToString());
    }

    [Fact]
    public async Task A_plan_in_use_is_not_deleted()
    {
        var name = await _platform.GivenPlan(new { tenant = Rule(600, 60) });
        var tenant = await product.GivenTenant();
        await tenant.GivenPlanOf(name);

        Assert.Equal(409, (await _platform.Conditional(HttpMethod.Delete, $"/v1/rate-limit-plans/{name}", match: "*")).Status);
        var freed = await _platform.Conditional(HttpMethod.Delete, $"/v1/tenants/{tenant.Slug}/rate-limit-plan", match: "*");

        Assert.Equal((200, 204), (freed.Status, (await _platform.Conditional(HttpMethod.Delete, $"/v1/rate-limit-plans/{name}", match: "*")).Status));
    }

    [Fact]
    public async Task A_tenants_admin_sees_its_plan_and_neither_others_nor_changes_it()
    {
        var name = await _platform.GivenPlan(new { tenant = Rule(600, 60) });
        var tenant = await product.GivenTenant();
        await tenant.GivenPlanOf(name);
        var admin = (await _platform.IssueKey(tenant.Slug, new { kind = "management" }, "admin")).Secret;
        var own = $"/v1/tenants/{tenant.Slug}/rate-limit-plan";

        var seen = await _platform.Conditional(HttpMethod.Get, own, credential: admin);

        Assert.Equal((200, name, name), (seen.Status, seen.Json.GetProperty("assigned").GetString(), seen.Json.GetProperty("name").GetString()));
        Assert.Equal(403, (await _platform.Conditional(HttpMethod.Put, own, new { plan = name }, "*", credential: admin)).Status);
        Assert.Equal(403, (await _platform.Conditional(HttpMethod.Delete, own, match: "*", credential: admin)).Status);
        Assert.Equal(403, (await _platform.Conditional(HttpMethod.Get, "/v1/rate-limit-plans", credential: admin)).Status);
        Assert.Equal(403, (await _platform.Conditional(HttpMethod.Put, $"/v1/rate-limit-plans/{name}", new { }, "*", credential: admin)).Status);
    }

    [Fact]
    public async Task A_tenants_wish_above_its_plan_is_refused_with_what_the_plan_has()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenPlanOf(await _platform.GivenPlan(new { tenant = Rule(600, 60) }));

        var refused = await tenant.PutLimits(new { tenant = Rule(601, 60) }, "*");

        Assert.Equal(400, refused.Status);
        Assert.Contains("at most 600", refused.Json.GetProperty("errors").GetProperty("tenant.permitsPerMinute").ToString(), StringComparison.Ordinal);
        Assert.Equal(200, (await tenant.PutLimits(new { tenant = Rule(600, 59) }, "*")).Status);
    }

    [Fact]
    public async Task A_key_above_the_plan_is_not_issued()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenPlanOf(await _platform.GivenPlan(new { key = Rule(60, 6) }));

        var refused = await tenant.Rest(HttpMethod.Post, "keys", new { name = "greedy", roles = new[] { "user" }, rateLimit = Rule(61, 6) });
        var issued = await tenant.Rest(HttpMethod.Post, "keys", new { name = "modest", roles = new[] { "user" }, rateLimit = Rule(60, 6) });

        Assert.Equal((400, 201), (refused.Status, issued.Status));
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty("rateLimit", out _), refused.ToString());
    }

    [Fact]
    public async Task A_cost_that_nobody_could_pay_is_refused_and_one_that_few_can_pay_is_told()
    {
        var tenant = await product.GivenTenant();
        var tools = new Dictionary<string, object> { ["echo"] = new { cost = 11 } };

        var refused = await tenant.PutLimits(new { principal = Rule(600, 10), tools }, "*");
        var told = await tenant.PutLimits(new { key = Rule(600, 10), tools }, "*");

        Assert.Equal((400, 200), (refused.Status, told.Status));
        Assert.Equal("tools.echo.cost", Assert.Single(told.Json.GetProperty("warnings").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Assigning_what_is_not_there_is_refused()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(400, (await _platform.Conditional(HttpMethod.Put, $"/v1/tenants/{tenant.Slug}/rate-limit-plan", new { plan = "nowhere" }, "*")).Status);
        Assert.Equal(428, (await _platform.Conditional(HttpMethod.Put, $"/v1/tenants/{tenant.Slug}/rate-limit-plan", new { plan = "nowhere" })).Status);
    }

    [Fact]
    public async Task Who_gave_which_plan_is_on_record()
    {
        var name = await _platform.GivenPlan(new { tenant = Rule(600, 60) });
        var tenant = await product.GivenTenant();

        await tenant.GivenPlanOf(name);

        Assert.Contains(
            await _platform.AuditEvents(tenant.Slug),
            entry => entry.GetProperty("action").GetString() == "rate-limit-plans/assign" && entry.GetProperty("target").GetString() == $"{tenant.Slug}/{name}");
    }
}

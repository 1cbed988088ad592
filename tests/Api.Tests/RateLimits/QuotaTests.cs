using System.Text.Json;
using Platform.Api.Tests.Support;
using static Platform.Api.Tests.RateLimits.RateSetup;

namespace Platform.Api.Tests.RateLimits;

/// <summary>Quotas of day and month over HTTP.</summary>
[Trait("Control", "IN-8")]
public sealed class QuotaTests(Product product)
{
    [Fact]
    public async Task A_quota_that_is_used_up_refuses_with_the_time_at_which_it_begins_anew()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { quota = new { perDay = 3 } });

        Assert.Equal(3, await tenant.ServedOf(10));
        var refused = await tenant.Call("tools/list");

        var data = refused.Json.GetProperty("error").GetProperty("data");
        var (wait, resets) = (long.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), data.GetProperty("resetsAt").GetDateTimeOffset());
        Assert.Equal((429, "quota-exceeded", "day"), (refused.Status, data.GetProperty("code").GetString(), data.GetProperty("limit").GetString()));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (resets.TimeOfDay, resets.Offset));
        Assert.InRange(wait, 1, 86_400);
        Assert.InRange(data.GetProperty("retryAfterMs").GetInt64(), (wait - 1) * 1_000, wait * 1_000);
        Assert.Equal($"\"day\";r=0;t={wait}", refused.Header("RateLimit"));
        Assert.EndsWith(", \"day\";q=3;w=86400", refused.Header("RateLimit-Policy"), StringComparison.Ordinal);
        Assert.Contains($"begins anew at {resets:yyyy-MM-dd}T00:00:00Z", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Served_calls_tell_what_is_left_where_the_quota_is_nearest_to_its_end()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { quota = new { perDay = 50, perMonth = 40 } });

        var reply = await tenant.Call("tools/list");

        Assert.EndsWith(", \"day\";q=50;w=86400, \"month\";q=40", reply.Header("RateLimit-Policy"), StringComparison.Ordinal);
        Assert.Equal("\"month\";r=39", reply.Header("RateLimit"));
    }

    [Fact]
    public async Task A_call_takes_of_the_quota_what_it_costs_and_nothing_when_another_limit_refuses()
    {
        var tenant = await product.GivenTenant();
        var limited = await tenant.GivenKey(new { rateLimit = Rule(1, 4) });
        await tenant.GivenLimits(new { quota = new { perDay = 20 }, tools = new Dictionary<string, object> { ["echo"] = new { cost = 4 } } });

        Assert.Equal([200, 429, 429], new[] { await limited.CallTool(), await limited.CallTool(), await limited.CallTool() }.Select(reply => reply.Status));
        Assert.Equal(4, await UsedToday(tenant));

        Assert.Equal([200, 200, 200, 200, 429], new[] { await tenant.CallTool(), await tenant.CallTool(), await tenant.CallTool(), await tenant.CallTool(), await tenant.CallTool() }.Select(reply => reply.Status));
    }

    [Fact]
    public async Task A_call_that_the_quota_refuses_takes_from_no_other_limit()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { tenant = Rule(1, 10), quota = new { perDay = 2 } });
        await tenant.ServedOf(30);

        var level = (await tenant.Rest(HttpMethod.Get, "rate-limits/usage")).Items().Single();
        await tenant.GivenLimits(new { tenant = Rule(1, 10) });

        Assert.Equal(10, level.GetProperty("burst").GetInt32());
        Assert.Equal(8, await tenant.ServedOf(20));
    }

    [Fact]
    public async Task The_management_API_takes_nothing_and_is_not_refused()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { quota = new { perDay = 1, perMonth = 1 } });
        await tenant.ServedOf(5);

        var reports = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => tenant.Rest(HttpMethod.Get, "rate-limits/quota")));

        Assert.All(reports, reply => Assert.Equal((200, 1), (reply.Status, reply.Json.GetProperty("day").GetProperty("used").GetInt32())));
    }

    [Fact]
    public async Task Usage_tells_both_quotas_in_force_and_the_days()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenPlanOf(await product.Platform.GivenPlan(new { quota = new { perMonth = 60 } }));
        await tenant.GivenLimits(new { quota = new { perDay = 50 } });
        await tenant.ServedOf(7);

        var report = (await tenant.Rest(HttpMethod.Get, "rate-limits/quota")).Json;

        Assert.Equal((50, 7, 60, 7), (Number(report, "day", "limit"), Number(report, "day", "used"), Number(report, "month", "limit"), Number(report, "month", "used")));
        Assert.Equal(7, Assert.Single(report.GetProperty("days").EnumerateArray()).GetProperty("used").GetInt32());
        Assert.True(report.GetProperty("month").GetProperty("resetsAt").GetDateTimeOffset() >= report.GetProperty("day").GetProperty("resetsAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_plans_quota_is_a_ceiling()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { quota = new { perDay = 100 } });
        await tenant.GivenPlanOf(await product.Platform.GivenPlan(new { quota = new { perDay = 5, perMonth = 50 } }));

        Assert.Equal(5, await tenant.ServedOf(20));
        var above = await tenant.PutLimits(new { quota = new { perDay = 6, perMonth = 51 } }, "*");
        Assert.Equal(["quota.perDay", "quota.perMonth"], above.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
        Assert.Equal(200, (await tenant.PutLimits(new { quota = new { perDay = 4 } }, "*")).Status);
    }

    [Theory]
    [InlineData("""{"quota":{"perDay":0}}""", "quota.perDay")]
    [InlineData("""{"quota":{"perMonth":1000000000001}}""", "quota.perMonth")]
    [InlineData("""{"quota":{}}""", "quota")]
    [InlineData("""{"quota":{"perDay":4},"tools":{"echo":{"cost":5}}}""", "tools.echo.cost")]
    public async Task A_quota_that_makes_no_sense_is_refused_by_its_name(string body, string member)
    {
        var tenant = await product.GivenTenant();

        var refused = await tenant.PutLimits(JsonSerializer.Deserialize<JsonElement>(body), "*");

        Assert.Equal(400, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(member, out _), refused.ToString());
    }

    [Fact]
    public async Task Another_tenants_quota_is_its_own_and_nobody_elses_to_see()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        await tenant.GivenLimits(new { quota = new { perDay = 1 } });
        await tenant.ServedOf(3);
        var manager = (await product.Platform.IssueKey(other.Slug, new { kind = "management" }, "admin")).Secret;

        Assert.Equal(10, await other.ServedOf(10));
        Assert.Equal(404, (await tenant.Rest(HttpMethod.Get, "rate-limits/quota", credential: manager)).Status);
    }

    private static int Number(JsonElement report, string period, string member) => report.GetProperty(period).GetProperty(member).GetInt32();

    private static async Task<int> UsedToday(TenantClient tenant) => Number((await tenant.Rest(HttpMethod.Get, "rate-limits/quota")).Json, "day", "used");
}

using Platform.Api.Tests.Support;
using Platform.Testing;
using static Platform.Api.Tests.RateLimits.RateSetup;

namespace Platform.Api.Tests.RateLimits;

/// <summary>A plan holds on the node, whatever was written before it and whoever wrote it.</summary>
[Trait("Control", "IN-8")]
public sealed class PlanCeilingTests(Product product)
{
    [Fact]
    public async Task Limits_that_were_written_before_the_plan_are_cut_to_it()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { tenant = Rule(6_000, 600) });
        Assert.Equal(10, await tenant.ServedOf(10));

        await tenant.GivenPlanOf(await product.Platform.GivenPlan(new { tenant = Rule(1, 4) }));

        Assert.Equal(4, await tenant.ServedOf(20));
    }

    [Fact]
    public async Task Keys_with_a_limit_of_their_own_are_cut_to_the_plan_and_the_others_have_it()
    {
        var tenant = await product.GivenTenant();
        var (ample, modest) = (await tenant.GivenKey(new { rateLimit = Rule(6_000, 600) }), await tenant.GivenKey(new { rateLimit = Rule(1, 2) }));
        await tenant.GivenPlanOf(await product.Platform.GivenPlan(new { key = Rule(1, 5) }));

        Assert.Equal((5, 2, 5), (await ample.ServedOf(20), await modest.ServedOf(20), await tenant.ServedOf(20)));
    }

    [Fact]
    public async Task What_a_plan_says_calls_cost_they_cost()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = Rule(1, 10) });
        await tenant.GivenLimits(new { tools = new Dictionary<string, object> { ["echo"] = new { cost = 1 } } });
        await tenant.GivenPlanOf(await product.Platform.GivenPlan(new { methods = new Dictionary<string, object> { ["tools/call"] = new { cost = 4 } } }));

        Assert.Equal([200, 200, 429], new[] { await key.CallTool(), await key.CallTool(), await key.CallTool() }.Select(reply => reply.Status));
    }

    [Fact]
    public async Task A_plan_that_shrinks_cuts_and_one_that_is_taken_away_frees_again()
    {
        var tenant = await product.GivenTenant();
        var name = await product.Platform.GivenPlan(new { tenant = Rule(6_000, 600) });
        await tenant.GivenPlanOf(name);
        Assert.Equal(20, await tenant.ServedOf(20));

        await product.Platform.Conditional(HttpMethod.Put, $"/v1/rate-limit-plans/{name}", new { tenant = Rule(1, 3) }, "*");
        Assert.Equal(3, await tenant.ServedOf(20));

        await product.Platform.Conditional(HttpMethod.Delete, $"/v1/tenants/{tenant.Slug}/rate-limit-plan", match: "*");
        Assert.Equal(20, await tenant.ServedOf(20));
    }

    [Fact]
    public async Task The_lowest_plan_leaves_the_tenant_manageable()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenPlanOf(await product.Platform.GivenPlan(new { tenant = Rule(1, 1), key = Rule(1, 1), principal = Rule(1, 1), address = Rule(1, 1) }));
        var manager = (await product.Platform.IssueKey(tenant.Slug, new { kind = "management", rateLimit = Rule(1, 1) }, "admin")).Secret;
        await tenant.ServedOf(20);

        Assert.Equal(200, (await tenant.Rest(HttpMethod.Get, "rate-limits/usage", credential: manager)).Status);
    }

    [Fact]
    public async Task Usage_tells_what_is_in_force()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { tenant = Rule(6_000, 600) });
        await tenant.GivenPlanOf(await product.Platform.GivenPlan(new { tenant = Rule(60, 6) }));

        var level = Assert.Single((await tenant.Rest(HttpMethod.Get, "rate-limits/usage")).Items());

        Assert.Equal((60, 6, 6), (level.GetProperty("permitsPerMinute").GetInt32(), level.GetProperty("burst").GetInt32(), level.GetProperty("available").GetInt32()));
    }

    [Fact]
    public async Task The_default_plan_is_that_of_tenants_without_one_and_of_no_others()
    {
        await using var platform = await PlatformApplication.StartAsync();
        var (free, paying) = (await TenantClient.MakeAsync(platform, "admin"), await TenantClient.MakeAsync(platform, "admin"));
        await paying.GivenPlanOf(await platform.GivenPlan(new { tenant = Rule(1, 9) }));

        var free1 = await platform.GivenPlan(new { isDefault = true, tenant = Rule(1, 2) });

        Assert.Equal((2, 9), (await free.ServedOf(20), await paying.ServedOf(20)));
        Assert.Equal(409, (await platform.Conditional(HttpMethod.Delete, $"/v1/rate-limit-plans/{free1}", match: "*")).Status);
    }
}

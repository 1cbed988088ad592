using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Grains.RateLimits.Plans;

namespace Platform.Grains.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class RateLimitPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RateLimitPlan Gold = new()
    {
        Tenant = new RateLimitRule(600, 60),
        Key = new RateLimitRule(100, 10),
        Methods = Named("tools/call", new MethodLimit { Cost = 3, Limit = new RateLimitRule(60, 6) }),
    };

    [Fact]
    public void Who_says_nothing_has_the_plan()
    {
        var inForce = Gold.Over(RateLimitPolicy.None);

        Assert.Equal((Gold.Tenant, null, Gold.Key, null), (inForce.Tenant, inForce.Principal, inForce.Key, inForce.Address));
        Assert.Equal(new MethodLimit { Cost = 3, Limit = new RateLimitRule(60, 6) }, inForce.Methods["tools/call"]);
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(600, 60, 600, 60)]
    [InlineData(601, 1, 600, 1)]
    [InlineData(1, 61, 1, 60)]
    [InlineData(100_000_000, 10_000_000, 600, 60)]
    public void A_rule_is_cut_to_the_plan_member_by_member(int perMinute, int burst, int cutPerMinute, int cutBurst) =>
        Assert.Equal(new RateLimitRule(cutPerMinute, cutBurst), Gold.Over(new RateLimitPolicy { Tenant = new RateLimitRule(perMinute, burst) }).Tenant);

    [Fact]
    public void Where_the_plan_says_nothing_the_tenant_decides()
    {
        var own = new RateLimitPolicy { Principal = new RateLimitRule(9_999, 999), Methods = Named("ping", new MethodLimit { Cost = 7 }), Tools = Named("echo", new MethodLimit { Limit = new RateLimitRule(1, 1) }) };

        var inForce = Gold.Over(own);

        Assert.Equal((own.Principal, 7, new RateLimitRule(1, 1)), (inForce.Principal, inForce.Methods["ping"].Cost, inForce.Tools["echo"].Limit));
        Assert.Empty(Gold.Refuses("gold", own));
    }

    [Fact]
    public void No_tool_is_cheaper_than_the_plans_call()
    {
        var own = new RateLimitPolicy { Methods = Named("tools/call", new MethodLimit { Cost = 1 }), Tools = Named("echo", new MethodLimit { Cost = 2 }) };

        var inForce = Gold.Over(own);

        Assert.Equal((3, 3), (inForce.Methods["tools/call"].Cost, inForce.Tools["echo"].Cost));
        Assert.Equal(["methods.tools/call.cost", "tools.echo.cost"], Gold.Refuses("gold", own).Select(error => error.Name));
    }

    [Fact]
    public void Everything_above_the_plan_is_named_with_what_would_be_right()
    {
        var wish = new RateLimitRule(601, 61);

        var refused = Gold.Refuses("gold", new RateLimitPolicy { Tenant = wish, Key = wish, Address = wish, Methods = Named("tools/call", new MethodLimit { Cost = 3, Limit = wish }) });

        Assert.Equal(
            ["tenant.permitsPerMinute", "tenant.burst", "key.permitsPerMinute", "key.burst", "methods.tools/call.limit.permitsPerMinute", "methods.tools/call.limit.burst"],
            refused.Select(error => error.Name));
        Assert.Equal("The plan 'gold' has at most 600.", refused[0].Message);
    }

    [Fact]
    public void A_plan_whose_costs_nobody_could_pay_is_refused()
    {
        var plan = new RateLimitPlan { Tenant = new RateLimitRule(60, 5), Methods = Named("tools/call", new MethodLimit { Cost = 6 }) };

        Assert.Equal(["methods.tools/call.cost"], new RateLimitPlanValidator().Validate(plan).Errors.Select(error => error.PropertyName));
        Assert.Empty(new RateLimitPlanValidator().Validate(plan with { Tenant = new RateLimitRule(60, 6) }).Errors);
    }

    [Fact]
    public void A_cost_above_the_default_of_keys_is_no_mistake_but_is_told()
    {
        var policy = new RateLimitPolicy { Tools = Named("echo", new MethodLimit { Cost = 101 }) };

        Assert.Empty(RateLimitCosts.Unpayable(policy));
        Assert.Equal(["tools.echo.cost"], RateLimitCosts.UnpayableByDefault(policy, RateLimitRule.Default).Select(error => error.Name));
    }

    [Fact]
    public void There_is_one_default_plan_at_most_and_the_one_that_was_has_changed()
    {
        var state = Made(Made(new RateLimitPlanBookState(), "gold", Gold with { IsDefault = true }), "silver", Gold with { IsDefault = true });

        Assert.Equal([("gold", false, 2L), ("silver", true, 2L)], state.Plans.Select(plan => (plan.Name, plan.Plan.IsDefault, plan.Version)));
    }

    [Fact]
    public void A_plan_that_is_made_again_has_no_version_that_was_there_before()
    {
        var once = Made(new RateLimitPlanBookState(), "gold", Gold);
        Assert.True(RateLimitPlanBook.Delete(once, "gold", once.Find("gold")!.Version).Try(out var gone, out _));

        Assert.True(Made(gone, "gold", Gold).Find("gold")!.Version > once.Find("gold")!.Version);
    }

    [Fact]
    public void Plans_are_bounded()
    {
        var full = new RateLimitPlanBookState { Plans = [.. Enumerable.Range(0, RateLimitPlan.MaxPlans).Select(i => new RateLimitPlanView { Name = $"p{i}", Version = 1, Plan = Gold, ChangedAt = Now, ChangedBy = "usr_ada" })] };

        Assert.Equal(ProblemCode.QuotaExceeded, RateLimitPlanBook.Set(full, "more", Gold, 0, "usr_ada", Now).Problem!.Code);
        Assert.Null(RateLimitPlanBook.Set(full, "p1", Gold, 1, "usr_ada", Now).Problem);
    }

    private static RateLimitPlanBookState Made(RateLimitPlanBookState state, string name, RateLimitPlan plan) =>
        RateLimitPlanBook.Set(state, name, plan, state.Find(name)?.Version ?? 0, "usr_ada", Now).Try(out var next, out var refused) ? next : throw new InvalidOperationException(refused.Detail);

    private static Dictionary<string, MethodLimit> Named(string name, MethodLimit limit) => new(StringComparer.Ordinal) { [name] = limit };
}

using Platform.Abstractions.RateLimits;

namespace Platform.Grains.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class RateLimitPolicyTests
{
    private readonly RateLimitPolicyValidator _validator = new();

    [Fact]
    public void A_policy_within_its_bounds_is_taken() => Assert.Empty(Faults(new RateLimitPolicy
    {
        Tenant = new RateLimitRule(1, 1),
        Principal = new RateLimitRule(100_000_000, 10_000_000),
        Methods = Named("tools/call", new MethodLimit { Cost = 1 }),
        Tools = Named("search", new MethodLimit { Cost = 1_000, Limit = RateLimitRule.Default }),
    }));

    [Fact]
    public void Every_rule_out_of_bounds_is_named()
    {
        var wrong = new RateLimitRule(0, 10_000_001);

        var faults = Faults(new RateLimitPolicy { Tenant = wrong, Principal = wrong, Key = wrong, Address = wrong, Tools = Named("search", new MethodLimit { Limit = wrong }) });

        Assert.Equal(10, faults.Length);
        Assert.Contains("Tenant.PermitsPerMinute", faults);
        Assert.Contains("tools.search.limit.Burst", faults);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_001)]
    public void A_cost_is_1_to_1_000(int cost) => Assert.Equal(["tools.search.cost"], Faults(new RateLimitPolicy { Tools = Named("search", new MethodLimit { Cost = cost }) }));

    [Fact]
    public void An_entry_that_says_nothing_is_a_mistake() => Assert.Equal(["methods.ping"], Faults(new RateLimitPolicy { Methods = Named("ping", new MethodLimit()) }));

    [Fact]
    public void An_entry_that_is_null_is_a_mistake_and_no_failure() => Assert.Equal(["methods.ping"], Faults(new RateLimitPolicy { Methods = Named("ping", null!) }));

    [Fact]
    public void Too_many_entries_are_refused_as_one() =>
        Assert.Equal(["tools"], Faults(new RateLimitPolicy { Tools = Enumerable.Range(0, RateLimitPolicy.MaxTools + 1).ToDictionary(i => $"t{i}", _ => new MethodLimit { Cost = 2 }, StringComparer.Ordinal) }));

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void A_name_that_is_none_is_refused_and_not_repeated(string name) => Assert.Equal(["tools"], Faults(new RateLimitPolicy { Tools = Named(name, new MethodLimit { Cost = 2 }) }));

    private string[] Faults(RateLimitPolicy policy) => [.. _validator.Validate(policy).Errors.Select(error => error.PropertyName)];

    private static Dictionary<string, MethodLimit> Named(string name, MethodLimit limit) => new(StringComparer.Ordinal) { [name] = limit };
}

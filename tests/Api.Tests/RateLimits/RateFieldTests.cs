using Platform.Api.Tests.Support;
using static Platform.Api.Tests.RateLimits.RateSetup;

namespace Platform.Api.Tests.RateLimits;

/// <summary>draft-ietf-httpapi-ratelimit-headers-11, on whatever is answered.</summary>
[Trait("Control", "IN-8")]
public sealed class RateFieldTests(Product product)
{
    [Fact]
    public async Task A_served_call_tells_its_limits_and_what_is_left_of_the_nearest()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = Rule(60, 10) });
        await tenant.GivenLimits(new { tenant = Rule(600, 1_000) });

        var reply = await key.Call("tools/list");

        Assert.Equal("\"key\";q=10;w=10, \"tenant\";q=1000;w=100", reply.Header("RateLimit-Policy"));
        Assert.Equal("\"key\";r=9", reply.Header("RateLimit"));
    }

    [Fact]
    public async Task A_refused_call_tells_which_limit_it_was_and_when_to_come_back()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { tenant = Rule(6, 2) });
        await tenant.ServedOf(2);

        var refused = await tenant.Call("tools/list");

        Assert.Equal((429, "\"tenant\";r=0;t=10", "10"), (refused.Status, refused.Header("RateLimit"), refused.Header("Retry-After")));
        Assert.EndsWith(", \"tenant\";q=2;w=20", refused.Header("RateLimit-Policy"), StringComparison.Ordinal);
        Assert.Equal("The rate limit of this tenant is used up.", refused.Message);
    }

    [Fact]
    public async Task A_call_that_is_refused_for_another_reason_tells_them_too()
    {
        var key = await product.Lab.GivenKey(new { rateLimit = Rule(60, 10) });

        var refused = await key.Call("no/such");

        Assert.Equal((404, "\"key\";r=9"), (refused.Status, refused.Header("RateLimit")));
    }

    [Fact]
    public async Task The_management_API_tells_them_served_and_refused()
    {
        var tenant = await product.GivenTenant();
        var manager = (await product.Platform.IssueKey(tenant.Slug, new { kind = "management", rateLimit = Rule(6, 2) }, "admin")).Secret;

        var replies = new[] { await Ask(), await Ask(), await Ask() };

        Assert.Equal([200, 200, 429], replies.Select(reply => reply.Status));
        Assert.Equal(["\"key\";r=1", "\"key\";r=0", "\"key\";r=0;t=10"], replies.Select(reply => reply.Header("RateLimit")));
        Assert.All(replies, reply => Assert.Equal("\"key\";q=2;w=20", reply.Header("RateLimit-Policy")));
        Assert.Equal("10", replies[2].Header("Retry-After"));

        Task<Reply> Ask() => tenant.Rest(HttpMethod.Get, "keys", credential: manager);
    }

    [Fact]
    public async Task Nothing_carries_the_older_fields_and_strangers_are_told_no_limits()
    {
        var tenant = await product.GivenTenant();

        Reply[] replies = [await tenant.Call("tools/list"), await tenant.Rest(HttpMethod.Get, "keys"), await tenant.With("mcpk_live_wrong").Call("tools/list"), await tenant.Rest(HttpMethod.Get, "keys", credential: "x")];

        Assert.DoesNotContain(replies.SelectMany(reply => reply.Headers.Keys), name => name.StartsWith("X-RateLimit", StringComparison.OrdinalIgnoreCase));
        Assert.Equal([true, true, false, false], replies.Select(reply => reply.Headers.ContainsKey("RateLimit-Policy")));
    }
}

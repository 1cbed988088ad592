using System.Globalization;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class RateLimitTests(Product product)
{
    private static readonly object Three = new { rateLimit = new { permitsPerMinute = 1, burst = 3 } };

    [Fact]
    public async Task What_is_beyond_the_burst_is_429_and_says_when_to_come_back()
    {
        var key = await product.Lab.GivenKey(Three);
        var served = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => key.CallTool()));

        var refused = await key.CallTool();

        Assert.All(served, reply => Assert.Equal(200, reply.Status));
        Assert.Equal((429, 42901), (refused.Status, refused.Code));
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 60);
        Assert.InRange(refused.Data.GetProperty("retryAfterMs").GetInt64(), 1, 60_000);
    }

    [Fact]
    public async Task What_is_refused_is_not_executed()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = new { permitsPerMinute = 1, burst = 1 } });
        await key.CallTool("memory_set", new { key = "first", value = "v" });

        Assert.Equal(429, (await key.CallTool("memory_set", new { key = "second", value = "v" })).Status);
        Assert.Equal(200, (await tenant.Read("memory://first")).Status);
        Assert.Equal("resource-not-found", (await tenant.Read("memory://second")).Slug);
    }

    [Fact]
    public async Task A_spent_key_leaves_the_others_alone()
    {
        var spent = await product.Lab.GivenKey(Three);
        var fresh = await product.Lab.GivenKey(Three);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => spent.Call("tools/list")));

        Assert.Equal((429, 200), ((await spent.Call("tools/list")).Status, (await fresh.Call("tools/list")).Status));
    }

    [Fact]
    public async Task Refused_requests_of_every_kind_spend_the_limit()
    {
        var key = await product.Lab.GivenKey(Three);
        await key.Post("{");
        await key.Call("no/such");
        await key.Delete("unknown");

        Assert.Equal(429, (await key.Call("tools/list")).Status);
    }

    [Fact]
    public async Task A_burst_of_callers_at_once_gets_no_more_than_the_burst()
    {
        var key = await product.Lab.GivenKey(Three);

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => key.Call("tools/list")));

        Assert.Equal(3, replies.Count(reply => reply.Status == 200));
    }

    [Fact]
    public async Task Requests_without_a_valid_key_spend_nobodys_limit()
    {
        var key = await product.Lab.GivenKey(Three);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => key.With(KeyForge.OtherSecret(key.Key)).Call("tools/list")));

        Assert.Equal(200, (await key.Call("tools/list")).Status);
    }

    [Fact]
    public async Task A_tenants_limit_holds_for_keys_that_name_none()
    {
        var slug = "poor" + Guid.NewGuid().ToString("N")[..8];
        await product.Platform.GivenTenant(slug, new { rateLimit = new { permitsPerMinute = 1, burst = 2 } });
        var (secret, id) = await product.Platform.IssueKey(slug);
        var key = new TenantClient(product.Platform, slug, secret, id);

        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => key.Call("tools/list")));

        Assert.Equal(2, replies.Count(reply => reply.Status == 200));
    }
}

[Collection(ClockedTests.Name)]
[Trait("Control", "IN-8")]
public sealed class RateRefillTests(ClockedProduct product)
{
    [Fact]
    public async Task A_permit_comes_back_after_the_time_that_was_promised()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var key = await tenant.GivenKey(new { rateLimit = new { permitsPerMinute = 6, burst = 1 } });
        await key.Call("tools/list");
        Assert.Equal("10", (await key.Call("tools/list")).Header("Retry-After"));

        product.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(200, (await key.Call("tools/list")).Status);
        Assert.Equal(429, (await key.Call("tools/list")).Status);
    }
}

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Platform.Api.RateLimits;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class RefusalLimiterTests
{
    private static readonly int Burst = new ApiOptions().RefusalsAtOnce;
    private static readonly IPAddress Somebody = IPAddress.Parse("192.0.2.1");
    private readonly FakeTimeProvider _clock = new();
    private readonly RefusalLimiter _limiter;

    public RefusalLimiterTests() => _limiter = new RefusalLimiter(_clock, Options.Create(new ApiOptions()));

    [Fact]
    public void A_burst_is_recorded_one_by_one_and_then_one_a_second_stands_for_all()
    {
        Assert.All(Enumerable.Range(0, Burst), _ => Assert.Equal(RefusalVerdict.Record, _limiter.Take(Somebody, out int _)));
        Assert.Equal((RefusalVerdict.Summarize, 1), (_limiter.Take(Somebody, out var first), first));
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal(RefusalVerdict.Count, _limiter.Take(Somebody, out int _)));

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((RefusalVerdict.Summarize, 51), (_limiter.Take(Somebody, out var counted), counted));
    }

    [Fact]
    public void An_anonymous_request_beyond_the_burst_is_counted_once()
    {
        Assert.All(Enumerable.Range(0, Burst), _ => Assert.True(_limiter.TryTake(Somebody)));

        Assert.False(_limiter.TryTake(Somebody));
        Assert.Equal((RefusalVerdict.Summarize, 1), (_limiter.Take(Somebody, out var counted), counted));
    }

    [Fact]
    [Trait("Control", "AU-7")]
    public void An_address_that_used_its_refusals_up_is_spent_until_they_come_back_and_no_other_is()
    {
        Assert.False(_limiter.IsSpent(Somebody));
        Assert.All(Enumerable.Range(0, Burst), _ => _limiter.Take(Somebody, out int _));

        Assert.True(_limiter.IsSpent(Somebody));
        Assert.False(_limiter.IsSpent(IPAddress.Parse("192.0.2.2")));

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_limiter.IsSpent(Somebody));
    }

    [Fact]
    [Trait("Control", "AU-7")]
    public void While_refusals_are_only_counted_the_address_stays_spent()
    {
        Assert.All(Enumerable.Range(0, Burst + 2), _ => _limiter.Take(Somebody, out int _));

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(_limiter.IsSpent(Somebody));
    }

    [Fact]
    public void An_anonymous_request_is_answered_as_soon_as_there_are_permits_whatever_was_only_counted()
    {
        Assert.All(Enumerable.Range(0, Burst + 2), _ => _limiter.Take(Somebody, out int _));
        Assert.False(_limiter.TryTake(Somebody));

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(_limiter.TryTake(Somebody));
        Assert.Equal((RefusalVerdict.Summarize, 2), (_limiter.Take(Somebody, out var counted), counted));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", true)]
    public void A_flood_counts_against_its_own_address_or_network(string flooding, string other, bool recorded)
    {
        Assert.All(Enumerable.Range(0, Burst), _ => _limiter.Take(IPAddress.Parse(flooding), out int _));

        Assert.Equal(recorded, _limiter.Take(IPAddress.Parse(other), out _) == RefusalVerdict.Record);
    }

    [Fact]
    public async Task A_flood_of_bad_keys_is_bounded_in_the_trail_and_a_good_key_still_works()
    {
        await using var platform = await PlatformApplication.StartAsync(configure: services => services.Configure<ApiOptions>(api => api.RefusalsAtOnce = Burst));
        var tenant = await TenantClient.MakeAsync(platform);
        var replies = new List<Reply>();
        for (var i = 0; i < Burst + 500; i += 50)
        {
            replies.AddRange(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => tenant.With("nonsense").CallTool())));
        }

        Assert.Contains(replies, reply => reply.Status == 429 && reply.Header("Retry-After") == "1");
        Assert.All(replies, reply => Assert.Contains(reply.Status, (int[])[401, 429]));
        Assert.Equal(200, (await tenant.CallTool()).Status);
        var newest = (await platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events?pageSize=1")).Json.GetProperty("items")[0].GetProperty("sequence").GetInt64();
        Assert.InRange(newest, Burst, Burst + 450);
    }
}

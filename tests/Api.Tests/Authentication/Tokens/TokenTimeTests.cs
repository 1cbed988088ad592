using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Authentication.Tokens;

/// <summary>When a token is good (AU-2), under a clock that is moved.</summary>
[Collection(ClockedTests.Name), Trait("Control", "AU-2")]
public sealed class TokenTimeTests(ClockedProduct product)
{
    [Theory]
    [InlineData(-1, 200)]
    [InlineData(20, 200)]
    [InlineData(31, 401)]
    public async Task A_token_is_good_until_its_end_and_what_clocks_may_differ(int after, int status)
    {
        product.GivenAQuietMinute();
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var now = product.Clock.GetUtcNow();
        var token = await tenant.Sign(TokenClaims.Honest(tenant, now).With("exp", now.ToUnixTimeSeconds() + 100));

        // Also when it was verified a moment before.
        product.Clock.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal(200, (await tenant.With(token).CallTool()).Status);
        product.Clock.Advance(TimeSpan.FromSeconds(after + 1));

        Assert.Equal(status, (await tenant.With(token).CallTool()).Status);
    }

    [Theory]
    [InlineData("nbf", 25, 200)]
    [InlineData("nbf", 40, 401)]
    [InlineData("iat", 25, 200)]
    [InlineData("iat", 40, 401)]
    public async Task A_token_of_the_future_is_not_good_yet(string claim, int ahead, int status)
    {
        product.GivenAQuietMinute();
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var now = product.Clock.GetUtcNow();
        var token = await tenant.Sign(TokenClaims.Honest(tenant, now).With(claim, now.ToUnixTimeSeconds() + ahead));

        Assert.Equal(status, (await tenant.With(token).CallTool()).Status);
    }

    [Theory]
    [InlineData(24 * 3600, 200)]
    [InlineData((24 * 3600) + 1, 401)]
    [InlineData(25 * 3600, 401)]
    [InlineData(0, 401)]
    [InlineData(-10, 401)]
    public async Task No_token_is_good_that_was_meant_to_last_longer_than_a_day(int seconds, int status)
    {
        product.GivenAQuietMinute();
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var now = product.Clock.GetUtcNow();
        var token = await tenant.Sign(TokenClaims.Honest(tenant, now).With("exp", now.ToUnixTimeSeconds() + seconds));

        Assert.Equal(status, (await tenant.With(token).CallTool()).Status);
    }

    [Fact]
    [Trait("Control", "AU-4")]
    public async Task A_token_of_the_key_before_is_good_for_its_whole_life_after_a_rotation()
    {
        product.GivenAQuietMinute();
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var rotate = () => product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/signing-keys:rotate", new { });
        await rotate();
        var pending = await rotate();
        Assert.Equal("pending", pending.Json.GetProperty("status").GetString());
        var now = product.Clock.GetUtcNow();
        var claims = TokenClaims.Honest(tenant, now).With("exp", now.ToUnixTimeSeconds() + (24 * 3600));
        var before = await tenant.Sign(claims);

        product.Clock.Advance(TimeSpan.FromMinutes(6));
        var after = await tenant.Sign(TokenClaims.Honest(tenant, product.Clock.GetUtcNow()));
        product.Clock.Advance(TimeSpan.FromHours(23) + TimeSpan.FromMinutes(50));

        Assert.NotEqual(before.Split('.')[0], after.Split('.')[0]);
        Assert.Equal(200, (await tenant.With(before).CallTool()).Status);
    }
}

namespace Platform.System.Tests;

[Collection(RunningPlatformCollection.Name)]
public sealed class RateLimitTests(RunningPlatform platform)
{
    [Fact, Trait("Control", "IN-8")]
    public async Task Sixth_call_of_a_5_per_minute_key_is_429_with_Retry_After()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, endpoint, unlimited) = await platform.NewTenantAsync(cancel);
        var limited = await platform.Management.IssueKeyAsync(slug, cancel, limit: (5, 5));
        using var mcp = new RawMcp(endpoint, limited.Secret);
        for (var i = 1; i <= 5; i++)
        {
            var reply = await mcp.EchoAsync($"call {i}", cancel);
            Assert.True(reply.Ok, $"call {i}: {reply}");
        }

        var sixth = await mcp.EchoAsync("call 6", cancel);
        Assert.True(sixth.Status == 429, sixth.ToString());
        Assert.InRange(sixth.RetryAfter ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

        using var other = new RawMcp(endpoint, unlimited.Secret);
        var free = await other.EchoAsync("another key", cancel);
        Assert.True(free.Ok, $"The limit is the key's own: {free}");
    }
}

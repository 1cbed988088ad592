namespace Platform.System.Tests;

[Collection(RunningPlatformCollection.Name)]
public sealed class TenantIsolationTests(RunningPlatform platform)
{
    [Fact, Trait("Control", "AZ-4")]
    public async Task Key_of_one_tenant_is_401_on_the_endpoint_of_another()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (_, _, key) = await platform.NewTenantAsync(cancel);
        var (_, foreign, _) = await platform.NewTenantAsync(cancel);
        using var mcp = new RawMcp(foreign, key.Secret);
        var reply = await mcp.EchoAsync("hello", cancel);
        Assert.True(reply.Status == 401, reply.ToString());
    }

    [Theory, Trait("Control", "AZ-4")]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    public async Task Session_of_one_tenant_is_404_on_the_endpoint_of_another(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (_, own, ownKey) = await platform.NewTenantAsync(cancel);
        var (_, foreign, foreignKey) = await platform.NewTenantAsync(cancel);
        using var owner = new RawMcp(own, ownKey.Secret);
        using var stranger = new RawMcp(foreign, foreignKey.Secret);
        var session = await owner.InitializeAsync(version, cancel);

        var taken = await stranger.InSessionAsync(session, version, "tools/list", [], cancel);
        Assert.True(taken.Status == 404, taken.ToString());

        var kept = await owner.InSessionAsync(session, version, "tools/list", [], cancel);
        Assert.True(kept.Ok, kept.ToString());
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Memory_of_one_tenant_is_not_seen_by_another()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (_, first, firstKey) = await platform.NewTenantAsync(cancel);
        var (_, second, secondKey) = await platform.NewTenantAsync(cancel);
        using var one = new RawMcp(first, firstKey.Secret);
        using var two = new RawMcp(second, secondKey.Secret);
        var set = await one.CallAsync("memory_set", new JsonObject { ["key"] = "Shared", ["value"] = "private to the first" }, cancel);
        Assert.True(set.Ok, set.ToString());

        var read = await two.ModernAsync("resources/read", new JsonObject { ["uri"] = "memory://Shared" }, "memory://Shared", cancel);
        Assert.False(read.Ok, read.ToString());
        Assert.DoesNotContain("private to the first", read.Raw, StringComparison.Ordinal);
        var list = await two.ModernAsync("resources/list", [], null, cancel);
        Assert.True(list.Ok, list.ToString());
        Assert.DoesNotContain("Shared", list.Raw, StringComparison.Ordinal);
    }
}

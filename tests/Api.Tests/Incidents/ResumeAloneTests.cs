using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Incidents;

/// <summary>Whether one operator is enough is settled when a tenant is suspended: getting rid of the others afterwards changes nothing (IR-4).</summary>
[Trait("Control", "IR-4")]
public sealed class ResumeAloneTests
{
    [Fact]
    public async Task The_only_operator_there_was_resumes_alone_even_when_others_came_since()
    {
        var clock = new ShiftedClock();
        await using var platform = await PlatformApplication.StartAsync(clock);
        var tenant = await GivenSuspended(platform);
        await GivenOperator(platform, clock, "ann");

        var resumed = await Resume(platform, tenant, platform.AdminKey);

        Assert.Equal((200, "active"), (resumed.Status, resumed.Json.GetProperty("status").GetString()));
        Assert.Equal(200, (await Wire.Until(() => tenant.CallTool(), 200, TimeSpan.FromSeconds(5))).Status);
    }

    [Theory]
    [InlineData("suspend")]
    [InlineData("contain")]
    public async Task Who_blocks_or_deletes_the_others_still_needs_a_second(string how)
    {
        var clock = new ShiftedClock();
        await using var platform = await PlatformApplication.StartAsync(clock);
        var ann = await GivenOperator(platform, clock, "ann");
        await platform.GivenUser(null, "bob", "admin");
        var tenant = await GivenSuspended(platform, how);
        var key = (await platform.Rest(HttpMethod.Post, "/v1/management-keys", new { name = "ann's", roles = new[] { "admin" } }, ann)).Json.GetProperty("secret").GetString()!;

        Assert.Equal(204, (await platform.Rest(HttpMethod.Delete, "/v1/platform/principals/usr_bob", credential: ann)).Status);
        Assert.Equal(200, (await platform.Rest(HttpMethod.Post, "/v1/platform/principals/usr_admin:block", new { reason = "out of the way" }, ann)).Status);

        var byKey = await Resume(platform, tenant, key);
        Assert.Equal((403, "permission-denied"), (byKey.Status, byKey.Json.GetProperty("code").GetString()));
        Assert.Equal((200, "suspended"), await Status(platform, tenant, ann));
        var byAnn = await Resume(platform, tenant, ann);
        Assert.Equal((202, "suspended"), (byAnn.Status, byAnn.Json.GetProperty("status").GetString()));
        Assert.Equal(200, (await platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { reason = "once more" }, ann)).Status);
        Assert.Equal(202, (await Resume(platform, tenant, ann)).Status);
        Assert.Equal(403, (await tenant.CallTool()).Status);
    }

    [Fact]
    public async Task Who_suspends_while_the_others_are_blocked_settles_nothing_for_when_they_are_back()
    {
        var clock = new ShiftedClock();
        await using var platform = await PlatformApplication.StartAsync(clock);
        var ann = await GivenOperator(platform, clock, "ann");
        var tenant = await TenantClient.MakeAsync(platform);
        Assert.Equal(200, (await platform.Rest(HttpMethod.Post, "/v1/platform/principals/usr_admin:block", new { reason = "for a moment" }, ann)).Status);
        Assert.Equal(200, (await platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { }, ann)).Status);
        Assert.Equal(200, (await platform.Rest(HttpMethod.Post, "/v1/platform/principals/usr_admin:unblock", credential: ann)).Status);

        Assert.Equal(200, (await platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { reason = "the other's word" })).Status);

        Assert.Equal(202, (await Resume(platform, tenant, ann)).Status);
        Assert.Equal(403, (await Resume(platform, tenant, platform.AdminKey)).Status);
    }

    private static async Task<TenantClient> GivenSuspended(PlatformApplication platform, string how = "suspend")
    {
        var tenant = await TenantClient.MakeAsync(platform);
        var path = $"/v1/tenants/{tenant.Slug}";
        if (how == "suspend")
        {
            Assert.Equal(200, (await platform.Rest(HttpMethod.Post, $"{path}:suspend", new { reason = "drill" })).Status);
        }
        else
        {
            var incident = (await platform.Rest(HttpMethod.Post, $"{path}/incidents", new { title = "drill", severity = "high" })).Json.GetProperty("id").GetString();
            Assert.Equal(200, (await platform.Rest(HttpMethod.Post, $"{path}/incidents/{incident}:contain", new { suspendTenant = true })).Status);
        }

        await Wire.Until(() => tenant.CallTool(), 403, TimeSpan.FromSeconds(5));
        return tenant;
    }

    private static async Task<string> GivenOperator(PlatformApplication platform, ShiftedClock clock, string name)
    {
        var person = new Person(platform, null, name, clock);
        await platform.GivenUser(null, name, "admin");
        Assert.Equal(201, (await person.Accept((await person.Invite()).Json.GetProperty("secret").GetString()!)).Status);
        return await person.GivenSession();
    }

    private static Task<Reply> Resume(PlatformApplication platform, TenantClient tenant, string credential) => platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:resume", credential: credential);

    private static async Task<(int, string?)> Status(PlatformApplication platform, TenantClient tenant, string credential) =>
        await platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}", credential: credential) is var reply ? (reply.Status, reply.Json.GetProperty("status").GetString()) : default;
}

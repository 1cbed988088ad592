using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Principals;

[Collection(ClockedTests.Name), Trait("Control", "AZ-3")]
public sealed class ElevationTests(ClockedProduct product)
{
    [Fact]
    public async Task An_elevation_counts_at_once_and_is_over_by_itself()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var caller = await tenant.GivenKey(null, "user");
        Assert.Equal(403, (await caller.CallTool()).Status);

        Assert.Equal(200, (await tenant.Rest(HttpMethod.Post, $"principals/svc_{caller.KeyId}:elevate", new { role = "service", minutes = 1, justification = "to look after the demo" })).Status);

        // A clock that was moved has let the subscription to changes lapse: what the node holds is lost by its age.
        product.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (await caller.CallTool()).Status);
        product.GivenAQuietMinute();

        Assert.Equal(403, (await caller.CallTool()).Status);
        Assert.Equal(200, (await caller.Call("tools/list")).Status);
    }

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task A_session_is_trusted_more_than_a_key()
    {
        var session = await product.GivenSession();
        var role = Administration.RoleName();

        // Nothing is denied to the last admin.
        var other = await product.Platform.Rest(HttpMethod.Post, "/v1/platform/principals", new { kind = "user", displayName = "another", roles = new[] { "admin" } });
        Assert.Equal(201, (await product.Platform.Rest(HttpMethod.Post, "/v1/platform/roles", new { name = role, deny = new[] { "audit:read" } })).Status);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, "/v1/platform/principals/usr_admin:setRoles",
            new { roles = new[] { "admin" }, conditionalRoles = new[] { new { role, condition = new { trustLevel = "medium" } } } })).Status);
        try
        {
            Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/_sys/audit-events", null, session)).Status);
        }
        finally
        {
            Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, "/v1/platform/principals/usr_admin:setRoles", new { roles = new[] { "admin" } })).Status);
        }

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/_sys/audit-events", null, session)).Status);
        Assert.Equal(204, (await product.Platform.Rest(HttpMethod.Delete, $"/v1/platform/principals/{other.Json.GetProperty("id").GetString()}")).Status);
    }
}

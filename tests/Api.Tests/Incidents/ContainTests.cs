using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Incidents;

/// <summary>One request contains an incident; what fails is named, and asked for again (IR-2).</summary>
[Trait("Control", "IR-2")]
public sealed class ContainTests(ContainTests.Breakable product) : IClassFixture<ContainTests.Breakable>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Every_step_takes_effect_is_audited_as_if_asked_for_alone_and_is_in_the_timeline()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var (spared, principal) = (await tenant.GivenKey(), await tenant.GivenPrincipal());
        var id = await Open(tenant);

        var contained = await Contain(tenant, id, new
        {
            readOnly = true, suspendTenant = true, revokeCredentials = true, rotateSigningKeys = true,
            blockPrincipals = new[] { principal }, revokeKeys = new[] { tenant.KeyId }, quarantine = new[] { new { kind = "tool", name = "echo" } },
        });

        Assert.Equal((200, true), (contained.Status, contained.Json.GetProperty("complete").GetBoolean()));
        Assert.Equal(["readOnly done", "blockPrincipal done", "revokeKey done", "quarantine done", "suspendTenant done", "rotateSigningKeys done", "revokeCredentials done"], Steps(contained));
        var now = (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Json;
        Assert.Equal(("suspended", "Drill", "Drill"), (now.GetProperty("status").GetString(), now.GetProperty("suspendedReason").GetString(), now.GetProperty("readOnly").GetProperty("reason").GetString()));
        Assert.Equal("echo", now.GetProperty("quarantine")[0].GetProperty("name").GetString());
        Assert.True((await tenant.Rest(HttpMethod.Get, $"principals/{principal}")).Json.GetProperty("blocked").GetBoolean());
        Assert.Equal(403, (await Wire.Until(() => spared.CallTool(), 403, Soon)).Status);
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:resume");
        Assert.Equal(401, (await Wire.Until(() => spared.CallTool(), 401, Soon)).Status);

        var actions = (await product.Platform.AuditEvents(tenant.Slug, 50)).Select(entry => entry.GetProperty("action").GetString()).ToArray();
        Assert.Empty(((string[])["tenants/make-read-only", "principals/block", "keys/revoke", "quarantine/add", "tenants/suspend", "signing-keys/emergency-rotate", "tenants/revoke-credentials", "incidents/contain"]).Except(actions, StringComparer.Ordinal));
        var told = (await tenant.Rest(HttpMethod.Get, $"incidents/{id}/timeline")).Items().Where(entry => entry.GetProperty("kind").GetString() == "action" && entry.TryGetProperty("action", out _)).ToArray();
        Assert.Equal(8, told.Length);
        Assert.All(told, entry => Assert.Equal("ok", entry.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task A_step_that_fails_is_named_the_others_are_done_and_the_next_request_does_what_is_left()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var id = await Open(tenant);
        product.Faults.Break("write:tenant", new IOException(Faults.DriverText));
        Reply partial;
        try
        {
            partial = await Contain(tenant, id, new { suspendTenant = true, revokeKeys = new[] { tenant.KeyId, "aaaaaaaa" } });
        }
        finally
        {
            product.Faults.Mend();
        }

        Assert.Equal((200, false), (partial.Status, partial.Json.GetProperty("complete").GetBoolean()));
        Assert.Equal(["revokeKey done", "revokeKey failed not-found", "suspendTenant failed internal"], Steps(partial));
        Assert.DoesNotContain("Sqlite", partial.Text, StringComparison.Ordinal);
        Assert.Equal(401, (await Wire.Until(() => tenant.CallTool(), 401, Soon)).Status);

        var rest = await Contain(tenant, id, new { });

        Assert.Equal(["suspendTenant done"], Steps(rest));
        Assert.True(rest.Json.GetProperty("complete").GetBoolean());
        Assert.Equal(400, (await Contain(tenant, id, new { })).Status);
        Assert.Equal("suspended", (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_same_request_again_leaves_alone_what_was_issued_since()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var id = await Open(tenant);
        await Contain(tenant, id, new { revokeCredentials = true });
        var fresh = await tenant.GivenKey();

        var again = await Contain(tenant, id, new { revokeCredentials = true });

        Assert.Equal((true, 0), (again.Json.GetProperty("complete").GetBoolean(), again.Json.GetProperty("steps").GetArrayLength()));
        Assert.Equal(200, (await fresh.CallTool()).Status);
        Assert.True((await Contain(tenant, id, new { revokeCredentials = true, again = true })).Json.GetProperty("complete").GetBoolean());
        Assert.Equal(401, (await Wire.Until(() => fresh.CallTool(), 401, Soon)).Status);
    }

    [Fact]
    public async Task It_goes_on_while_the_tenant_is_read_only()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:makeReadOnly", new { });

        var id = await Open(tenant);

        Assert.True((await Contain(tenant, id, new { quarantine = new[] { new { kind = "tool", name = "echo" } } })).Json.GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task Who_may_not_do_one_of_the_steps_does_none_of_them()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var id = await Open(tenant);
        var role = await tenant.GivenRole(["incidents:*"]);
        var responder = await Manager(tenant, role);
        var admin = await Manager(tenant, "admin");

        var keys = await Contain(tenant, id, new { readOnly = true, revokeKeys = new[] { tenant.KeyId } }, responder);
        var suspend = await Contain(tenant, id, new { readOnly = true, suspendTenant = true }, admin);
        var byRole = await Contain(tenant, id, new { readOnly = true, blockPrincipals = new[] { "usr_x" } }, responder);

        Assert.Equal((403, 403, 403), (keys.Status, suspend.Status, byRole.Status));
        Assert.False((await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Json.TryGetProperty("readOnly", out _));
        Assert.True((await Contain(tenant, id, new { readOnly = true }, responder)).Json.GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task An_incident_of_the_platform_contains_a_tenant_by_name_and_the_platforms_own_without_one()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var (stolen, keyId) = await product.Platform.GivenOperator("tenants:read");
        var id = (await product.Platform.Rest(HttpMethod.Post, "/v1/platform/incidents", new { title = "Drill" })).Json.GetProperty("id").GetString()!;

        Assert.Equal(400, (await ContainAsPlatform(id, new { readOnly = true })).Status);
        Assert.Equal(400, (await ContainAsPlatform(id, new { readOnly = true, tenant = "nowhere" })).Status);
        Assert.Equal(["readOnly done"], Steps(await ContainAsPlatform(id, new { readOnly = true, tenant = tenant.Slug })));
        Assert.Equal(["revokeKey done"], Steps(await ContainAsPlatform(id, new { revokeKeys = new[] { keyId } })));

        Assert.Equal(401, (await Wire.Until(() => product.Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: stolen), 401, Soon)).Status);
        Assert.True((await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Json.TryGetProperty("readOnly", out _));
        Assert.Equal(400, (await Contain(tenant, await Open(tenant), new { readOnly = true, tenant = tenant.Slug })).Status);
    }

    private static IEnumerable<string> Steps(Reply reply) => reply.Json.GetProperty("steps").EnumerateArray()
        .Select(step => $"{step.GetProperty("step").GetString()} {step.GetProperty("outcome").GetString()}{(step.TryGetProperty("problem", out var problem) ? $" {problem.GetString()}" : "")}");

    private static async Task<string> Open(TenantClient tenant)
    {
        var opened = await tenant.Rest(HttpMethod.Post, "incidents", new { title = "Drill" });
        Assert.Equal(201, opened.Status);
        return opened.Json.GetProperty("id").GetString()!;
    }

    private static async Task<string> Manager(TenantClient tenant, string role) =>
        (await tenant.Rest(HttpMethod.Post, "keys", new { name = "manager", roles = new[] { role }, kind = "management" })).Json.GetProperty("secret").GetString()!;

    private static Task<Reply> Contain(TenantClient tenant, string id, object body, string? credential = null) => tenant.Rest(HttpMethod.Post, $"incidents/{id}:contain", body, credential);

    private Task<Reply> ContainAsPlatform(string id, object body) => product.Platform.Rest(HttpMethod.Post, $"/v1/platform/incidents/{id}:contain", body);

    /// <summary>A product of its own, whose storage fails when a test says so.</summary>
    public sealed class Breakable : IAsyncLifetime
    {
        public Faults Faults { get; } = new();

        public PlatformApplication Platform { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Platform = await PlatformApplication.StartAsync(null, Faults.Install);

        public ValueTask DisposeAsync() => Platform.DisposeAsync();
    }
}

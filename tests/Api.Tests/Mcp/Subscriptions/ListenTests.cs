using System.Text.Json;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Subscriptions;

/// <summary><c>subscriptions/listen</c> (MCP 2026-07-28, Subscriptions).</summary>
public sealed class ListenTests(McpProduct product)
{
    private const string SubscriptionId = "io.modelcontextprotocol/subscriptionId";

    [Fact]
    public async Task The_first_message_says_what_was_granted_and_names_the_subscription()
    {
        var tenant = await product.GivenTenant();
        await using var stream = await Listen(tenant, """{"toolsListChanged":true,"promptsListChanged":false,"resourcesListChanged":true,"resourceSubscriptions":["memory://a"]}""");

        var first = await stream.JsonAsync();

        Assert.Equal("notifications/subscriptions/acknowledged", first.GetProperty("method").GetString());
        Assert.Equal(7, Tag(first.GetProperty("params")).GetInt32());
        Assert.Equal("""{"toolsListChanged":true,"resourcesListChanged":true,"resourceSubscriptions":["memory://a"]}""", Granted(first));
    }

    [Fact]
    public async Task Changes_of_what_was_asked_for_arrive_and_no_others()
    {
        var tenant = await product.GivenTenant();
        await using var stream = await Listen(tenant, """{"resourceSubscriptions":["memory://mine"]}""");
        await stream.JsonAsync();

        await Set(tenant, "other");
        await Set(tenant, "mine");
        var set = await stream.JsonAsync();
        await tenant.CallTool("memory_delete", new { key = "other" });
        await tenant.CallTool("memory_delete", new { key = "mine" });
        var deleted = await stream.JsonAsync();

        Assert.All([set, deleted], message =>
        {
            Assert.Equal(("notifications/resources/updated", "memory://mine"), (message.GetProperty("method").GetString(), message.GetProperty("params").GetProperty("uri").GetString()));
            Assert.Equal(7, Tag(message.GetProperty("params")).GetInt32());
        });
    }

    [Fact]
    public async Task A_resource_that_comes_changes_the_list()
    {
        var tenant = await product.GivenTenant();
        await using var stream = await Listen(tenant, """{"resourcesListChanged":true}""");
        await stream.JsonAsync();

        await Set(tenant, "new");

        Assert.Equal("notifications/resources/list_changed", (await stream.JsonAsync()).GetProperty("method").GetString());
    }

    [Fact]
    [Trait("Control", "RS-3")]
    public async Task What_the_management_API_writes_and_ends_is_heard_too()
    {
        var tenant = await product.GivenTenant();
        var path = $"/v1/tenants/{tenant.Slug}/resources/memory/mine";
        await using var stream = await Listen(tenant, """{"resourceSubscriptions":["memory://mine"]}""");
        await stream.JsonAsync();

        await product.Platform.RestRaw(HttpMethod.Put, path, "value"u8.ToArray(), "text/plain");
        var written = await stream.JsonAsync();
        await product.Platform.Rest(HttpMethod.Post, $"{path}:expire");
        var ended = await stream.JsonAsync();

        Assert.All([written, ended], message =>
            Assert.Equal(("notifications/resources/updated", "memory://mine"), (message.GetProperty("method").GetString(), message.GetProperty("params").GetProperty("uri").GetString())));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Another_tenants_changes_are_not_heard()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        await using var stream = await Listen(tenant, """{"resourcesListChanged":true,"resourceSubscriptions":["memory://mine"]}""");
        await stream.JsonAsync();

        await Set(other, "mine");
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:revoke");

        // Whatever was heard would have come before the end.
        Assert.True(Assert.Single(await stream.RestAsync()).TryGetProperty("result", out _));
    }

    [Fact]
    [Trait("Control", "AZ-5")]
    public async Task What_a_key_may_not_read_is_left_out_of_the_grant()
    {
        var service = await (await product.GivenTenant()).GivenKey(null, "service");
        await using var stream = await Listen(service, """{"toolsListChanged":true,"resourcesListChanged":true,"resourceSubscriptions":["memory://a","nobody://x"]}""");

        Assert.Equal("""{"resourcesListChanged":true}""", Granted(await stream.JsonAsync()));
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task What_may_not_be_read_any_more_is_not_heard_of_and_what_may_still_be_is()
    {
        var tenant = await product.GivenTenant();
        await Set(tenant, "mine");
        await Set(tenant, "kept");
        await using var stream = await Listen(tenant, """{"promptsListChanged":true,"resourceSubscriptions":["memory://mine","memory://kept"]}""");
        await stream.JsonAsync();
        await product.Taken.LeaveOnlyAsync(tenant, "tools:call", "resources:write", "resources:read:memory/kept");
        await McpCalls.Until(() => tenant.Read("memory://mine"), reply => reply.Status == 403);

        await Set(tenant, "mine");
        await Set(tenant, "kept");
        var first = await stream.JsonAsync();
        await Set(tenant, "kept");

        // Updates that come together are told in no particular order: the second of what may be read follows everything before it.
        Assert.All([first, await stream.JsonAsync()], updated => Assert.Equal("memory://kept", updated.GetProperty("params").GetProperty("uri").GetString()));
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task A_task_is_not_heard_of_by_whom_may_call_no_tool_any_more()
    {
        var tenant = await product.GivenTenant();
        await Set(tenant, "kept");
        var id = (await tenant.Send(tenant.ModernTool("job", $$"""{"mode":"wait","key":"{{tenant.Slug}}"}""", McpCalls.Tasks))).Result.GetProperty("taskId").GetString()!;
        await product.Backend.GateOf(tenant.Slug).Entered.Task.WaitAsync(EventStream.Patience);
        await using var stream = await Listen(tenant, $$"""{"taskIds":["{{id}}"],"resourceSubscriptions":["memory://kept"]}""", McpCalls.Tasks);
        await stream.JsonAsync();
        await product.Taken.LeaveOnlyAsync(tenant, "resources:read");
        await McpCalls.Until(() => tenant.CallTool(), reply => reply.Status == 403);

        product.Backend.GateOf(tenant.Slug).Released.SetResult();
        await product.Platform.RestRaw(HttpMethod.Put, $"/v1/tenants/{tenant.Slug}/resources/memory/kept", "w"u8.ToArray(), "text/plain");

        Assert.Equal("notifications/resources/updated", (await stream.JsonAsync()).GetProperty("method").GetString());
    }

    [Fact]
    [Trait("Control", "AZ-5")]
    public async Task A_task_is_heard_of_by_its_owner_alone()
    {
        var tenant = await product.GivenTenant();
        var colleague = await tenant.GivenKey();
        var id = (await tenant.Send(tenant.ModernTool("job", $$"""{"mode":"wait","key":"{{tenant.Slug}}"}""", McpCalls.Tasks))).Result.GetProperty("taskId").GetString()!;
        await product.Backend.GateOf(tenant.Slug).Entered.Task.WaitAsync(EventStream.Patience);
        await using var own = await Listen(tenant, $$"""{"taskIds":["{{id}}","0123456789abcdefghijABCDEFGHIJ01","x"]}""", McpCalls.Tasks);
        await using var foreign = await Listen(colleague, $$"""{"taskIds":["{{id}}"]}""", McpCalls.Tasks);

        Assert.Equal($$"""{"taskIds":["{{id}}"]}""", Granted(await own.JsonAsync()));
        Assert.Equal("{}", Granted(await foreign.JsonAsync()));

        product.Backend.GateOf(tenant.Slug).Released.SetResult();
        var told = await own.JsonAsync();
        Assert.Equal(("notifications/tasks", id, "completed"), (told.GetProperty("method").GetString(), told.GetProperty("params").GetProperty("taskId").GetString(), told.GetProperty("params").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Tasks_are_listened_to_by_clients_that_know_them()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(-32021, (await tenant.Send(Request(tenant, """{"taskIds":["x"]}"""))).Code);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"resourceSubscriptions":"memory://a"}""")]
    [InlineData("""{"resourceSubscriptions":[1]}""")]
    public async Task A_filter_of_another_form_is_refused(string filter)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(-32602, (await tenant.Send(Request(tenant, filter))).Code);
    }

    [Fact]
    [Trait("Control", "TR-10")]
    public async Task Revoking_the_key_ends_the_stream_with_its_result()
    {
        var tenant = await product.GivenTenant();
        await using var stream = await Listen(tenant, """{"toolsListChanged":true}""");
        await stream.JsonAsync();

        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:revoke");

        var last = Assert.Single(await stream.RestAsync());
        Assert.Equal((7, 7), (last.GetProperty("id").GetInt32(), Tag(last.GetProperty("result")).GetInt32()));
    }

    [Fact]
    [Trait("Control", "TR-9")]
    public async Task A_credential_has_a_limit_of_open_streams()
    {
        var tenant = await product.GivenTenant();
        var filter = """{"toolsListChanged":true}""";
        await using var first = await Listen(tenant, filter);
        await first.JsonAsync();
        await using var second = await Listen(tenant, filter);
        await second.JsonAsync();

        var third = await tenant.Send(Request(tenant, filter));

        Assert.Equal((429, "rate-limited", "5"), (third.Status, third.Slug, third.Header("Retry-After")));
        await using var others = await Listen(await tenant.GivenKey(), filter);
        Assert.Equal(200, others.Status);
        await first.DisposeAsync();
        await using var freed = await McpCalls.Until(() => Listen(tenant, filter), stream => stream.Status == 200);
        Assert.Equal(200, freed.Status);
    }

    private static HttpRequestMessage Request(TenantClient client, string filter, string capabilities = "{}") =>
        client.Modern("subscriptions/listen", $"\"notifications\":{filter}", null, capabilities);

    private static Task<EventStream> Listen(TenantClient client, string filter, string capabilities = "{}") => EventStream.OpenAsync(Request(client, filter, capabilities));

    private static Task<Reply> Set(TenantClient client, string key) => client.CallTool("memory_set", new { key, value = "v" });

    private static JsonElement Tag(JsonElement holder) => holder.GetProperty("_meta").GetProperty(SubscriptionId);

    private static string Granted(JsonElement acknowledgment) => acknowledgment.GetProperty("params").GetProperty("notifications").GetRawText();
}

using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Legacy;

/// <summary>The GET of a session (2025-11-25, Listening for Messages from the Server).</summary>
public sealed class ListeningTests(McpProduct product)
{
    [Fact]
    public async Task Changes_of_the_list_and_of_subscribed_resources_arrive()
    {
        var tenant = await product.GivenTenant();
        await Set(tenant, "mine");
        var session = await tenant.GivenSession();
        await Subscribe(tenant, session);
        await using var stream = await Listen(tenant, session);

        await Set(tenant, "mine");
        var updated = await stream.JsonAsync();
        await Set(tenant, "new");
        var changed = await stream.JsonAsync();

        Assert.Equal(("notifications/resources/updated", "memory://mine"), (Method(updated), updated.GetProperty("params").GetProperty("uri").GetString()));
        Assert.Equal("notifications/resources/list_changed", Method(changed));
    }

    [Fact]
    public async Task A_resource_subscribed_to_while_listening_is_heard_of()
    {
        var tenant = await product.GivenTenant();
        await Set(tenant, "mine");
        var session = await tenant.GivenSession();
        await using var stream = await Listen(tenant, session);
        await Subscribe(tenant, session);

        // The stream hears of its new wish in a moment; what changes before that is not missed by name.
        var written = 0;
        var first = await McpCalls.Until(
            async () =>
            {
                await Set(tenant, "mine");
                await Set(tenant, $"marker{written++}");
                return Method(await stream.JsonAsync());
            },
            method => method == "notifications/resources/updated");

        Assert.Equal("notifications/resources/updated", first);
    }

    [Fact]
    [Trait("Control", "AZ-5")]
    public async Task What_may_not_be_read_cannot_be_subscribed_to()
    {
        var service = await (await product.GivenTenant()).GivenKey(null, "service");

        Assert.Equal(403, (await Subscribe(service, await service.GivenSession())).Status);
    }

    [Fact]
    [Trait("Control", "AZ-5")]
    public async Task What_may_not_be_read_any_more_is_not_heard_of_and_what_may_still_be_is()
    {
        var tenant = await product.GivenTenant();
        await Set(tenant, "mine");
        await Set(tenant, "kept");
        var session = await tenant.GivenSession();
        await Subscribe(tenant, session);
        await Subscribe(tenant, session, "kept");
        await using var stream = await Listen(tenant, session);
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
    public async Task Deleting_the_session_ends_its_stream()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.GivenSession();
        await using var stream = await Listen(tenant, session);

        await tenant.Delete(session);

        Assert.Empty(await stream.RestAsync());
    }

    [Fact]
    [Trait("Control", "TR-10")]
    public async Task Revoking_the_key_ends_the_stream()
    {
        var tenant = await product.GivenTenant();
        await using var stream = await Listen(tenant, await tenant.GivenSession());

        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:revoke");

        Assert.Empty(await stream.RestAsync());
    }

    [Fact]
    public async Task A_second_stream_takes_the_first_ones_place()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.GivenSession();
        await using var first = await Listen(tenant, session);
        await using var second = await Listen(tenant, session);

        Assert.Empty(await first.RestAsync());
        await Set(tenant, "new");
        Assert.Equal("notifications/resources/list_changed", Method(await second.JsonAsync()));
    }

    [Fact]
    public async Task What_changed_while_nobody_listened_is_made_up_for()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.GivenSession();
        string last;
        await using (var stream = await Listen(tenant, session))
        {
            await Set(tenant, "one");
            last = (await stream.MessageAsync())!.Id!;
        }

        await Set(tenant, "two");
        await using var resumed = await EventStream.OpenAsync(tenant.ListenRequest(session, last));

        Assert.EndsWith("/list_changed", Method(await resumed.JsonAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_session_there_is_nothing_to_listen_to()
    {
        var tenant = await product.GivenTenant();

        var reply = await tenant.Send(tenant.ListenRequest(null));

        Assert.Equal(405, reply.Status);
        Assert.Contains("HTTP+SSE", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Nobody_listens_to_somebody_elses_session()
    {
        var tenant = await product.GivenTenant();
        var (colleague, stranger) = (await tenant.GivenKey(), await product.GivenTenant());
        var session = await tenant.GivenSession();

        Assert.Equal(404, (await colleague.Send(colleague.ListenRequest(session))).Status);
        Assert.Equal(404, (await stranger.Send(stranger.ListenRequest(session))).Status);
        Assert.Equal(401, (await tenant.With("").Send(tenant.With("").ListenRequest(session))).Status);
    }

    /// <summary>A stream that hears of everything from now on: its first event has come.</summary>
    private static async Task<EventStream> Listen(TenantClient client, string session)
    {
        var stream = await EventStream.OpenAsync(client.ListenRequest(session));
        Assert.Equal((200, "text/event-stream"), (stream.Status, stream.MediaType));
        Assert.Equal("", (await stream.NextAsync())!.Data);
        return stream;
    }

    private static Task<Reply> Subscribe(TenantClient client, string session, string key = "mine") =>
        client.Send(client.LegacyRequest(session, $$$"""{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"memory://{{{key}}}"}}"""));

    private static Task<Reply> Set(TenantClient client, string key) => client.CallTool("memory_set", new { key, value = "v" });

    private static string Method(System.Text.Json.JsonElement message) => message.GetProperty("method").GetString()!;
}

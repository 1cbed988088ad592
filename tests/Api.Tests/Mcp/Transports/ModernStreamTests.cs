using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>One JSON answer, or an event stream when there is something to say before it (MCP 2026-07-28, Streamable HTTP).</summary>
public sealed class ModernStreamTests(McpProduct product)
{
    [Fact]
    public async Task Nobody_is_told_what_nobody_asked_for()
    {
        var tenant = await product.GivenTenant();
        await using var answer = await EventStream.OpenAsync(tenant.ModernTool("noisy"));

        Assert.Equal((200, "application/json"), (answer.Status, answer.MediaType));
    }

    [Theory]
    [InlineData("\"p\"")]
    [InlineData("7")]
    public async Task Progress_comes_under_the_clients_token_before_the_answer(string token)
    {
        var tenant = await product.GivenTenant();
        await using var stream = await EventStream.OpenAsync(tenant.ModernTool("noisy", meta: $",\"progressToken\":{token}"));

        var messages = await stream.RestAsync();

        Assert.Equal("text/event-stream", stream.MediaType);
        Assert.Equal(["notifications/progress", "notifications/progress", ""], messages.Select(MethodOf));
        Assert.All(messages[..2], message => Assert.Equal(token, message.GetProperty("params").GetProperty("progressToken").GetRawText()));
        Assert.Equal("half \ufffd[31mway", messages[0].GetProperty("params").GetProperty("message").GetString());
        Assert.Equal("quiet now", McpCalls.TextOf(messages[2].GetProperty("result")));
    }

    [Theory]
    [InlineData("debug", new[] { "debug", "warning" })]
    [InlineData("warning", new[] { "warning" })]
    public async Task Log_messages_come_from_the_asked_level_on(string level, string[] levels)
    {
        var tenant = await product.GivenTenant();
        await using var stream = await EventStream.OpenAsync(tenant.ModernTool("noisy", meta: $",\"io.modelcontextprotocol/logLevel\":\"{level}\""));

        var messages = await stream.RestAsync();

        Assert.Equal(levels, messages[..^1].Select(message => message.GetProperty("params").GetProperty("level").GetString()));
    }

    [Fact]
    public async Task Only_a_more_severe_level_leaves_one_json_answer()
    {
        var tenant = await product.GivenTenant();
        await using var answer = await EventStream.OpenAsync(tenant.ModernTool("noisy", meta: ",\"io.modelcontextprotocol/logLevel\":\"error\""));

        Assert.Equal("application/json", answer.MediaType);
    }

    [Fact]
    public async Task A_call_that_takes_long_is_heard_of_before_it_is_done()
    {
        var tenant = await product.GivenTenant();
        var gate = product.Backend.GateOf(tenant.Slug);
        await using var stream = await EventStream.OpenAsync(Slow(tenant));

        Assert.Equal((200, "text/event-stream", "no"), (stream.Status, stream.MediaType, stream.Header("X-Accel-Buffering")));
        Assert.True(await stream.CommentAsync());
        gate.Released.SetResult();
        Assert.Equal("done", McpCalls.TextOf(Assert.Single(await stream.RestAsync()).GetProperty("result")));
    }

    [Fact]
    public async Task A_failure_after_the_stream_began_is_its_last_event()
    {
        var tenant = await product.GivenTenant();
        await using var stream = await EventStream.OpenAsync(Slow(tenant, "slow_fail"));

        product.Backend.GateOf(tenant.Slug).Released.SetResult();

        var last = Assert.Single(await stream.RestAsync());
        Assert.Equal((200, 7, "upstream-failed"), (stream.Status, last.GetProperty("id").GetInt32(), last.GetProperty("error").GetProperty("data").GetProperty("code").GetString()));
        Assert.Equal("upstream-failed", Assert.Single(await tenant.EventsOf("tools/call")).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Closing_the_stream_cancels_the_call_and_is_on_record()
    {
        var tenant = await product.GivenTenant();
        var gate = product.Backend.GateOf(tenant.Slug);
        await (await EventStream.OpenAsync(Slow(tenant))).DisposeAsync();

        Assert.True(await gate.Cancelled.Task.WaitAsync(EventStream.Patience));
        Assert.Equal("cancelled", Assert.Single(await tenant.EventsOf("tools/call")).GetProperty("outcome").GetString());
    }

    [Fact]
    [Trait("Control", "TR-10")]
    public async Task A_revoked_key_ends_a_running_call()
    {
        var tenant = await product.GivenTenant();
        await using var stream = await EventStream.OpenAsync(Slow(tenant));

        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:revoke");

        Assert.Equal("unauthenticated", Assert.Single(await stream.RestAsync()).GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.True(await product.Backend.GateOf(tenant.Slug).Cancelled.Task.WaitAsync(EventStream.Patience));
    }

    private static HttpRequestMessage Slow(TenantClient tenant, string tool = "slow") => tenant.ModernTool(tool, $$"""{"key":"{{tenant.Slug}}"}""");

    private static string MethodOf(System.Text.Json.JsonElement message) => message.TryGetProperty("method", out var method) ? method.GetString()! : "";
}

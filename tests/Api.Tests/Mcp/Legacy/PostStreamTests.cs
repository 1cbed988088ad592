using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Legacy;

/// <summary>POST answered by a stream that can be resumed and asked on (2025-11-25, Streamable HTTP).</summary>
public sealed class PostStreamTests(McpProduct product)
{
    private const string Answer = """{"action":"accept","content":{"name":"Ada"}}""";

    [Fact]
    public async Task A_client_that_goes_away_has_not_cancelled()
    {
        var tenant = await product.GivenTenant();
        var gate = product.Backend.GateOf(tenant.Slug);
        await (await Slow(tenant, await tenant.GivenSession())).DisposeAsync();

        gate.Released.SetResult();

        Assert.False(await gate.Cancelled.Task.WaitAsync(EventStream.Patience));
        Assert.Equal("ok", Assert.Single(await tenant.EventsOf("tools/call")).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_lost_stream_is_resumed_and_is_that_stream_alone()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.GivenSession();
        var lost = await Slow(tenant, session);
        var primer = await lost.NextAsync();
        await lost.DisposeAsync();
        await using (var other = await EventStream.OpenAsync(tenant.LegacyTool(session, "noisy", id: "8", meta: """{"progressToken":1}""")))
        {
            await other.RestAsync();
        }

        product.Backend.GateOf(tenant.Slug).Released.SetResult();
        await using var resumed = await EventStream.OpenAsync(tenant.ListenRequest(session, primer!.Id));

        var answer = Assert.Single(await resumed.RestAsync());
        Assert.Equal((7, "done"), (answer.GetProperty("id").GetInt32(), McpCalls.TextOf(answer.GetProperty("result"))));
    }

    [Fact]
    public async Task Only_what_came_after_the_last_event_is_sent_again()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.GivenSession();
        await using var stream = await EventStream.OpenAsync(tenant.LegacyTool(session, "noisy", meta: """{"progressToken":1}"""));
        var first = await stream.MessageAsync();
        var rest = await stream.RestAsync();

        await using var resumed = await EventStream.OpenAsync(tenant.ListenRequest(session, first!.Id));

        Assert.Equal(rest.Select(message => message.GetRawText()), (await resumed.RestAsync()).Select(message => message.GetRawText()));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task An_event_of_another_session_principal_or_tenant_resumes_nothing()
    {
        var tenant = await product.GivenTenant();
        var (colleague, stranger) = (await tenant.GivenKey(), await product.GivenTenant());
        var session = await tenant.GivenSession();
        await using var stream = await EventStream.OpenAsync(tenant.LegacyTool(session, "noisy", meta: """{"progressToken":1}"""));
        var id = (await stream.MessageAsync())!.Id!;
        await stream.RestAsync();

        Assert.Equal(400, (await tenant.Send(tenant.ListenRequest(await tenant.GivenSession(), id))).Status);
        Assert.Equal(400, (await colleague.Send(colleague.ListenRequest(await colleague.GivenSession(), id))).Status);
        Assert.Equal(400, (await stranger.Send(stranger.ListenRequest(await stranger.GivenSession(), id))).Status);
        Assert.Equal(404, (await colleague.Send(colleague.ListenRequest(session, id))).Status);
        Assert.Equal(200, (await tenant.Send(tenant.ListenRequest(session, id))).Status);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0123456789abcdefghijABCDEFGHIJ01.1")]
    [InlineData("0123456789abcdefghijABCDEFGHIJ01.")]
    [InlineData("0123456789abcdefghijABCDEFGHIJ01.-1")]
    [InlineData("../../_sys/0123456789abcdefghijk.1")]
    public async Task An_event_that_never_was_is_refused(string id)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(400, (await tenant.Send(tenant.ListenRequest(await tenant.GivenSession(), id))).Status);
    }

    [Fact]
    public async Task What_a_tool_lacks_is_asked_on_the_open_stream()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.SessionWith(McpCalls.Elicitation);
        await using var stream = await EventStream.OpenAsync(tenant.LegacyTool(session, "ask"));
        var asked = await stream.JsonAsync();

        var taken = await tenant.Send(Respond(tenant, session, asked.GetProperty("id").GetString()!, Answer));

        Assert.Equal("elicitation/create", asked.GetProperty("method").GetString());
        Assert.Equal(202, taken.Status);
        Assert.Equal("Ada/left behind", McpCalls.TextOf(Assert.Single(await stream.RestAsync()).GetProperty("result")));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Somebody_elses_answer_is_worth_nothing()
    {
        var tenant = await product.GivenTenant();
        var colleague = await tenant.GivenKey();
        var session = await tenant.SessionWith(McpCalls.Elicitation);
        await using var stream = await EventStream.OpenAsync(tenant.LegacyTool(session, "ask"));
        var id = (await stream.JsonAsync()).GetProperty("id").GetString()!;
        var forged = Answer.Replace("Ada", "Eve", StringComparison.Ordinal);

        Assert.Equal(404, (await colleague.Send(Respond(colleague, session, id, forged))).Status);
        await colleague.Send(Respond(colleague, await colleague.GivenSession(), id, forged));
        await tenant.Send(Respond(tenant, session, id, Answer));

        Assert.Equal("Ada/left behind", McpCalls.TextOf(Assert.Single(await stream.RestAsync()).GetProperty("result")));
    }

    [Fact]
    public async Task Nothing_is_asked_of_a_session_that_declared_nothing()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal((-32600, "missing-capability"), (await tenant.Send(tenant.LegacyTool(await tenant.GivenSession(), "ask"))) is var reply ? (reply.Code, reply.Slug) : default);
    }

    [Fact]
    public async Task A_cancelled_call_stops_without_an_answer_and_is_on_record()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.GivenSession();
        await using var stream = await Slow(tenant, session);

        Assert.Equal(202, (await tenant.Send(Cancel(tenant, session))).Status);

        Assert.True(await product.Backend.GateOf(tenant.Slug).Cancelled.Task.WaitAsync(EventStream.Patience));
        Assert.Empty(await stream.RestAsync());
        Assert.Equal("cancelled", Assert.Single(await tenant.EventsOf("tools/call")).GetProperty("outcome").GetString());
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Nobody_else_cancels_a_call()
    {
        var tenant = await product.GivenTenant();
        var colleague = await tenant.GivenKey();
        var session = await tenant.GivenSession();
        await using var stream = await Slow(tenant, session);

        Assert.Equal(404, (await colleague.Send(Cancel(colleague, session))).Status);
        await tenant.Send(Cancel(tenant, await tenant.GivenSession()));
        product.Backend.GateOf(tenant.Slug).Released.SetResult();

        Assert.Equal("done", McpCalls.TextOf(Assert.Single(await stream.RestAsync()).GetProperty("result")));
    }

    [Theory]
    [InlineData("debug", 2)]
    [InlineData("warning", 1)]
    [InlineData("emergency", 0)]
    public async Task A_session_says_from_which_level_on_it_wants_messages(string level, int count)
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.GivenSession();
        await tenant.Send(tenant.LegacyRequest(session, $$$"""{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"{{{level}}}"}}"""));

        var reply = await tenant.Send(tenant.LegacyTool(session, "noisy"));

        Assert.Equal(count, reply.Text.Split("notifications/message").Length - 1);
    }

    [Theory]
    [InlineData("""{"level":"loud"}""")]
    [InlineData("""{"level":5}""")]
    [InlineData("{}")]
    public async Task A_level_that_is_none_is_refused(string parameters)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(-32602, (await tenant.Send(tenant.LegacyRequest(await tenant.GivenSession(), $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"logging/setLevel\",\"params\":{parameters}}}"))).Code);
    }

    private static Task<EventStream> Slow(TenantClient client, string session) => EventStream.OpenAsync(client.LegacyTool(session, "slow", $$"""{"key":"{{client.Slug}}"}"""));

    private static HttpRequestMessage Cancel(TenantClient client, string session) =>
        client.LegacyRequest(session, """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}""");

    private static HttpRequestMessage Respond(TenantClient client, string session, string id, string result) =>
        client.LegacyRequest(session, $"{{\"jsonrpc\":\"2.0\",\"id\":\"{id}\",\"result\":{result}}}");
}

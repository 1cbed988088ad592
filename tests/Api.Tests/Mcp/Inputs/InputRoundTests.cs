using System.Buffers.Text;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Inputs;

/// <summary>Multi round-trip requests: what a client carries for the server is the server's word only where it was given (MCP 2026-07-28, MRTR).</summary>
[Trait("Control", "RS-5")]
public sealed class InputRoundTests(McpProduct product)
{
    private const string Arguments = """{"a":"1"}""";
    private const string Accepted = """{"who":{"action":"accept","content":{"name":"Ada"}}}""";

    [Fact]
    public async Task What_a_tool_lacks_is_asked_and_the_answer_reaches_it_with_its_state()
    {
        var tenant = await product.GivenTenant();

        var asked = await First(tenant);
        var done = await Again(tenant, StateOf(asked));

        Assert.Equal((200, "input_required"), (asked.Status, asked.Result.GetProperty("resultType").GetString()));
        Assert.Equal("elicitation/create", asked.Result.GetProperty("inputRequests").GetProperty("who").GetProperty("method").GetString());
        Assert.Equal(("complete", "Ada/left behind"), (done.Result.GetProperty("resultType").GetString(), done.Text()));
    }

    [Fact]
    public async Task A_state_can_be_brought_again_where_it_is_not_for_single_use()
    {
        var tenant = await product.GivenTenant();
        var state = StateOf(await First(tenant));
        await Again(tenant, state);

        Assert.Equal("Ada/left behind", (await Again(tenant, state)).Text());
    }

    [Fact]
    public async Task A_single_use_state_opens_once()
    {
        var tenant = await product.GivenTenant();
        var state = StateOf(await First(tenant, "ask_once"));

        Assert.Equal("Ada/left behind", (await Again(tenant, state, "ask_once")).Text());
        Assert.Equal(-32602, (await Again(tenant, state, "ask_once")).Code);
    }

    [Fact]
    public async Task A_single_use_state_opens_once_for_many_at_the_same_time()
    {
        var tenant = await product.GivenTenant();
        var state = StateOf(await First(tenant, "ask_once"));

        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Again(tenant, state, "ask_once")));

        Assert.Single(replies, reply => reply.Json.TryGetProperty("result", out _));
    }

    [Fact]
    public async Task Another_principals_state_is_refused_and_still_serves_its_owner()
    {
        var tenant = await product.GivenTenant();
        var state = StateOf(await First(tenant));

        Refused(await Again(await tenant.GivenKey(), state));
        Assert.Equal("Ada/left behind", (await Again(tenant, state)).Text());
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Another_tenants_state_is_refused() => Refused(await Again(await product.GivenTenant(), StateOf(await First(await product.GivenTenant()))));

    [Fact]
    public async Task A_state_is_good_for_its_tool_only()
    {
        var tenant = await product.GivenTenant();

        Refused(await Again(tenant, StateOf(await First(tenant)), "ask_other"));
    }

    [Theory]
    [InlineData("""{"a":"2"}""")]
    [InlineData("""{"a":"1","b":null}""")]
    [InlineData("{}")]
    public async Task A_state_is_good_for_its_arguments_only(string other)
    {
        var tenant = await product.GivenTenant();

        Refused(await Again(tenant, StateOf(await First(tenant)), arguments: other));
    }

    [Fact]
    public async Task A_state_is_good_for_its_method_only()
    {
        var tenant = await product.GivenTenant();
        var state = StateOf(await First(tenant));

        Refused(await tenant.Send(tenant.Modern("prompts/get", Members("ask", Arguments, state), "ask", McpCalls.Elicitation)));
    }

    [Fact]
    public async Task A_cursor_is_no_state()
    {
        var tenant = await product.GivenTenant();
        await Task.WhenAll(Enumerable.Range(0, 101).Select(i => tenant.CallTool("memory_set", new { key = $"k{i}", value = "v" })));
        var cursor = (await tenant.Call("resources/list")).Result.GetProperty("nextCursor").GetString()!;

        Refused(await Again(tenant, cursor));
    }

    [Fact]
    public async Task Arguments_written_in_another_way_are_the_same_arguments()
    {
        var tenant = await product.GivenTenant();
        var state = StateOf(await First(tenant, arguments: """{"a":"é/","b":[1,true]}"""));

        Assert.Equal("Ada/left behind", (await Again(tenant, state, arguments: """{ "b" : [ 1, true ], "\u0061" : "\u00e9\/" }""")).Text());
    }

    [Fact]
    public async Task A_state_with_one_bit_changed_is_refused_wherever_the_bit_is()
    {
        var tenant = await product.GivenTenant();
        var state = StateOf(await First(tenant));
        var bytes = Base64Url.DecodeFromChars(state);

        // Four bytes of period, twelve of nonce, the ciphertext, sixteen of tag.
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= (byte)(1 << (i % 8));
            Refused(await Again(tenant, Base64Url.EncodeToString(bytes)));
            bytes[i] ^= (byte)(1 << (i % 8));
        }

        Assert.Equal("Ada/left behind", (await Again(tenant, state)).Text());
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64 !")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_was_never_sealed_is_refused(string state) => Refused(await Again(await product.GivenTenant(), state));

    [Fact]
    public async Task A_state_cut_short_or_made_longer_is_refused()
    {
        var tenant = await product.GivenTenant();
        var state = StateOf(await First(tenant));

        Refused(await Again(tenant, state[..^4]));
        Refused(await Again(tenant, state + "AAAA"));
        Refused(await Again(tenant, new string('A', 9_000)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"other":{"action":"accept","content":{"name":"Ada"}}}""")]
    [InlineData("""{"who":{"action":"accept","content":{"name":5}}}""")]
    [InlineData("""{"who":{"action":"accept"}}""")]
    [InlineData("""{"who":{"action":"agree","content":{"name":"Ada"}}}""")]
    [InlineData("""{"who":"Ada"}""")]
    public async Task An_answer_that_does_not_fit_is_asked_for_again(string responses)
    {
        var tenant = await product.GivenTenant();

        var reply = await Again(tenant, StateOf(await First(tenant)), responses: responses);

        Assert.Equal((200, "input_required"), (reply.Status, reply.Result.GetProperty("resultType").GetString()));
    }

    [Fact]
    public async Task A_person_may_decline()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal("nobody/left behind", (await Again(tenant, StateOf(await First(tenant)), responses: """{"who":{"action":"decline"}}""")).Text());
    }

    [Fact]
    public async Task Responses_that_are_no_object_are_refused()
    {
        var tenant = await product.GivenTenant();

        Refused(await Again(tenant, StateOf(await First(tenant)), responses: "[]"));
    }

    [Theory]
    [InlineData("ask", "{}", """{"elicitation":{}}""")]
    [InlineData("ask_all", "{}", """{"elicitation":{},"sampling":{},"roots":{}}""")]
    [InlineData("ask_all", """{"elicitation":{},"roots":{}}""", """{"sampling":{}}""")]
    public async Task Nothing_is_asked_that_the_client_did_not_declare(string tool, string declared, string required)
    {
        var tenant = await product.GivenTenant();

        var reply = await tenant.Send(tenant.ModernTool(tool, Arguments, declared));

        Assert.Equal((400, -32021), (reply.Status, reply.Code));
        Assert.Equal(required, reply.Data.GetProperty("requiredCapabilities").GetRawText());
    }

    private static Task<Reply> First(TenantClient client, string tool = "ask", string arguments = Arguments) => client.Send(client.ModernTool(tool, arguments, McpCalls.Elicitation));

    private static Task<Reply> Again(TenantClient client, string state, string tool = "ask", string arguments = Arguments, string responses = Accepted) =>
        client.Send(client.Modern("tools/call", Members(tool, arguments, state, responses), tool, McpCalls.Elicitation));

    private static string Members(string name, string arguments, string state, string responses = Accepted) =>
        $"\"name\":\"{name}\",\"arguments\":{arguments},\"requestState\":\"{state}\",\"inputResponses\":{responses}";

    private static string StateOf(Reply reply) => reply.Result.GetProperty("requestState").GetString()!;

    private static void Refused(Reply reply) => Assert.Equal((200, -32602), (reply.Status, reply.Code));
}

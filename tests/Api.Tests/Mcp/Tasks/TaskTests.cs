using System.Text.Json;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Tasks;

/// <summary>The extension io.modelcontextprotocol/tasks.</summary>
public sealed class TaskTests(McpProduct product)
{
    private const string Unknown = "0123456789abcdefghijABCDEFGHIJ01";

    public static TheoryData<string> Methods => ["tasks/get", "tasks/update", "tasks/cancel"];

    [Fact]
    public async Task A_task_runs_on_and_its_result_is_kept()
    {
        var tenant = await product.GivenTenant();

        var made = await Start(tenant, "done");
        var id = IdOf(made);
        await StatusOf(tenant, id, "completed");
        var again = await Get(tenant, id);

        Assert.Equal(("task", "working"), (made.Result.GetProperty("resultType").GetString(), made.Result.GetProperty("status").GetString()));
        Assert.Equal("worked", McpCalls.TextOf(again.Result.GetProperty("result")));
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task A_task_is_on_record_when_it_ends()
    {
        var tenant = await product.GivenTenant();
        await Start(tenant, "done");

        var entry = Assert.Single(await tenant.EventsOf("tasks/run"));

        Assert.Equal(("ok", "job", tenant.KeyId), (entry.GetProperty("outcome").GetString(), entry.GetProperty("target").GetString(), entry.GetProperty("credential").GetString()));
    }

    [Theory]
    [InlineData("fail", "upstream-failed")]
    [InlineData("throw", "internal")]
    public async Task A_task_that_fails_says_so_without_details_of_ours(string mode, string slug)
    {
        var tenant = await product.GivenTenant();

        var task = await StatusOf(tenant, IdOf(await Start(tenant, mode)), "failed");

        Assert.Equal(slug, task.Result.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.DoesNotContain("secret", task.Text, StringComparison.Ordinal);
        Assert.Equal(slug, Assert.Single(await tenant.EventsOf("tasks/run")).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Cancelling_stops_the_work_and_is_on_record()
    {
        var tenant = await product.GivenTenant();
        var id = IdOf(await Start(tenant, "wait"));
        await product.Backend.GateOf(tenant.Slug).Entered.Task.WaitAsync(EventStream.Patience);

        var cancelled = await On(tenant, "tasks/cancel", id);

        Assert.Equal(200, cancelled.Status);
        Assert.Equal("cancelled", (await Get(tenant, id)).Result.GetProperty("status").GetString());
        Assert.True(await product.Backend.GateOf(tenant.Slug).Cancelled.Task.WaitAsync(EventStream.Patience));
        Assert.Equal("cancelled", Assert.Single(await tenant.EventsOf("tasks/run")).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task An_ended_task_cannot_be_cancelled_any_more()
    {
        var tenant = await product.GivenTenant();
        var id = IdOf(await Start(tenant, "done"));
        await StatusOf(tenant, id, "completed");

        await On(tenant, "tasks/cancel", id);

        Assert.Equal("completed", (await Get(tenant, id)).Result.GetProperty("status").GetString());
    }

    [Fact]
    [Trait("Control", "IN-5")]
    public async Task What_a_task_says_is_cleaned()
    {
        var tenant = await product.GivenTenant();
        var id = IdOf(await Start(tenant, "wait"));
        await product.Backend.GateOf(tenant.Slug).Entered.Task.WaitAsync(EventStream.Patience);

        Assert.Equal("waiting \ufffd[31m", (await Get(tenant, id)).Result.GetProperty("statusMessage").GetString());
        product.Backend.GateOf(tenant.Slug).Released.SetResult();
    }

    [Fact]
    public async Task A_task_that_asks_goes_on_when_everything_is_answered()
    {
        var tenant = await product.GivenTenant();
        var id = IdOf(await Start(tenant, "ask"));
        var asked = await StatusOf(tenant, id, "input_required");

        await On(tenant, "tasks/update", id, """{"who":{"action":"accept","content":{"name":"Ada"}},"stranger":{}}""");
        var half = await Get(tenant, id);
        await On(tenant, "tasks/update", id, """{"whom":{"action":"accept","content":{"name":"Bob"}},"who":{"action":"accept","content":{"name":"Eve"}}}""");
        var done = await StatusOf(tenant, id, "completed");

        Assert.Equal(["who", "whom"], Keys(asked));
        Assert.Equal(["whom"], Keys(half));
        Assert.Equal("Ada for Bob", McpCalls.TextOf(done.Result.GetProperty("result")));
    }

    [Fact]
    public async Task A_tool_that_must_be_a_task_needs_a_client_that_knows_tasks()
    {
        var tenant = await product.GivenTenant();

        var reply = await tenant.Send(tenant.ModernTool("job", capabilities: McpCalls.Elicitation));

        Assert.Equal((400, -32021), (reply.Status, reply.Code));
        Assert.Equal("""{"extensions":{"io.modelcontextprotocol/tasks":{}}}""", reply.Data.GetProperty("requiredCapabilities").GetRawText());
    }

    [Fact]
    public async Task A_tool_that_may_be_a_task_answers_whoever_knows_none()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal("worked", (await tenant.Send(tenant.ModernTool("maybe", """{"mode":"done"}"""))).Text());
        Assert.Equal("task", (await tenant.Send(tenant.ModernTool("maybe", """{"mode":"done"}""", McpCalls.Tasks))).Result.GetProperty("resultType").GetString());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task The_methods_need_a_client_that_knows_tasks(string method)
    {
        var tenant = await product.GivenTenant();
        var id = IdOf(await Start(tenant, "done"));

        var reply = await On(tenant, method, id, capabilities: "{}");

        Assert.Equal((400, -32021), (reply.Status, reply.Code));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    [Trait("Control", "AZ-4")]
    public async Task Somebody_elses_task_is_none_at_all(string method)
    {
        var tenant = await product.GivenTenant();
        var id = IdOf(await Start(tenant, "ask"));
        await StatusOf(tenant, id, "input_required");
        var (colleague, stranger) = (await tenant.GivenKey(), await product.GivenTenant());

        var unknown = await On(colleague, method, Unknown);

        Assert.Equal((200, -32602), (unknown.Status, unknown.Code));
        Assert.Equal(unknown.TextWithoutIds, (await On(colleague, method, id)).TextWithoutIds);
        Assert.Equal(unknown.TextWithoutIds, (await On(stranger, method, id)).TextWithoutIds);
        Assert.Equal("input_required", (await Get(tenant, id)).Result.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("../../_sys/x")]
    public async Task What_cannot_be_an_id_is_an_unknown_task(string id)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal((await Get(tenant, Unknown)).TextWithoutIds, (await Get(tenant, id)).TextWithoutIds);
    }

    private static string IdOf(Reply reply) => reply.Result.GetProperty("taskId").GetString()!;

    private static string[] Keys(Reply reply) => [.. reply.Result.GetProperty("inputRequests").EnumerateObject().Select(member => member.Name)];

    private static Task<Reply> Start(TenantClient client, string mode) => client.Send(client.ModernTool("job", JsonSerializer.Serialize(new { mode, key = client.Slug }), McpCalls.Tasks));

    private static Task<Reply> Get(TenantClient client, string id) => On(client, "tasks/get", id);

    private static Task<Reply> StatusOf(TenantClient client, string id, string status) =>
        McpCalls.Until(() => Get(client, id), reply => reply.Result.GetProperty("status").GetString() == status);

    private static Task<Reply> On(TenantClient client, string method, string id, string responses = """{"who":{"action":"decline"}}""", string capabilities = McpCalls.Tasks) => client.Send(client.Modern(
        method, $"\"taskId\":\"{id}\"" + (method == "tasks/update" ? $",\"inputResponses\":{responses}" : ""), id, capabilities));
}

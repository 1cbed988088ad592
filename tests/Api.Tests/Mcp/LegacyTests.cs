using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp;

/// <summary>The eras of <c>initialize</c>: 2025-11-25 and 2025-06-18.</summary>
public sealed class LegacyTests(Product product)
{
    private const string Version = "2025-11-25";
    private const string List = """{"jsonrpc":"2.0","id":7,"method":"tools/list"}""";

    private TenantClient Lab => product.Lab;

    [Theory]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2025-06-18", "2025-06-18")]
    [InlineData("2025-03-26", "2025-03-26")]
    [InlineData("2024-11-05", "2024-11-05")]
    [InlineData("2026-07-28", "2025-11-25")]
    [InlineData("9999-99-99", "2025-11-25")]
    [InlineData("", "2025-11-25")]
    public async Task Initialize_agrees_on_the_asked_version_or_the_newest_legacy_one(string asked, string agreed)
    {
        var reply = await Lab.Initialize(asked);

        Assert.Equal((200, agreed), (reply.Status, reply.Result.GetProperty("protocolVersion").GetString()));
        Assert.Equal("mocopr-platform", reply.Result.GetProperty("serverInfo").GetProperty("name").GetString());
        Assert.Matches("^[0-9A-Za-z]{32}$", reply.Header("Mcp-Session-Id"));
        Assert.False(reply.Result.TryGetProperty("resultType", out _));
    }

    [Fact]
    public async Task Initialize_without_a_version_opens_no_session()
    {
        var reply = await Lab.Legacy(null, null, """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}""");

        Assert.Equal((-32602, null), (reply.Code, reply.Header("Mcp-Session-Id")));
    }

    [Fact]
    public async Task Initialize_needs_a_credential()
    {
        Assert.Equal(401, (await Lab.With("").Initialize(Version)).Status);
    }

    [Fact]
    public async Task A_session_serves_its_owner_without_the_marks_of_the_modern_era()
    {
        var reply = await Lab.Legacy(await Lab.GivenSession(), Version, List);

        Assert.Equal(200, reply.Status);
        Assert.Equal(["tools"], reply.Result.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task No_session_id_is_400()
    {
        Assert.Equal(400, (await Lab.Legacy(null, Version, List)).Status);
        Assert.Equal(400, (await Lab.Legacy(null, null, List)).Status);
    }

    [Theory]
    [InlineData("0123456789abcdefghijABCDEFGHIJ01")]
    [InlineData("x")]
    [InlineData("../../_sys/sessions")]
    [InlineData("0123456789abcdefghijABCDEFGHIJ0/")]
    public async Task An_unknown_session_is_404(string id)
    {
        var reply = await Lab.Legacy(id, Version, List);

        Assert.Equal((404, "session-not-found"), (reply.Status, reply.Slug));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Another_tenants_session_is_404_and_still_serves_its_owner()
    {
        var other = await product.GivenTenant();
        var session = await Lab.GivenSession();

        Assert.Equal(404, (await other.Legacy(session, Version, List)).Status);
        Assert.Equal(404, (await other.Delete(session)).Status);
        Assert.Equal(200, (await Lab.Legacy(session, Version, List)).Status);
    }

    [Fact]
    public async Task Another_principals_session_is_404_and_still_serves_its_owner()
    {
        var colleague = await Lab.GivenKey();
        var session = await Lab.GivenSession();

        Assert.Equal(404, (await colleague.Legacy(session, Version, List)).Status);
        Assert.Equal(404, (await colleague.Delete(session)).Status);
        Assert.Equal(200, (await Lab.Legacy(session, Version, List)).Status);
    }

    [Fact]
    public async Task A_session_is_no_credential()
    {
        var session = await Lab.GivenSession();

        Assert.Equal(401, (await Lab.With("").Legacy(session, Version, List)).Status);
    }

    [Fact]
    public async Task A_session_that_was_deleted_is_404()
    {
        var session = await Lab.GivenSession();

        Assert.Equal((204, ""), (await Lab.Delete(session)) is var reply ? (reply.Status, reply.Text) : default);
        Assert.Equal(404, (await Lab.Legacy(session, Version, List)).Status);
        Assert.Equal(404, (await Lab.Delete(session)).Status);
    }

    [Fact]
    public async Task Deleting_needs_a_session_id_and_a_credential()
    {
        var session = await Lab.GivenSession();

        Assert.Equal(400, (await Lab.Delete(null)).Status);
        Assert.Equal(401, (await Lab.With("").Delete(session)).Status);
    }

    [Theory]
    [InlineData("2025-06-18", 400)]
    [InlineData("2025-03-26", 400)]
    [InlineData("2026-07-28", 400)]
    [InlineData("x", 400)]
    [InlineData("2025-11-25", 200)]
    [InlineData(null, 200)]
    public async Task The_version_header_must_be_the_one_agreed_on(string? version, int status)
    {
        Assert.Equal(status, (await Lab.Legacy(await Lab.GivenSession(), version, List)).Status);
    }

    [Fact]
    public async Task Ping_is_answered_with_an_empty_result()
    {
        Assert.Equal("""{"jsonrpc":"2.0","id":"p","result":{}}""", (await Lab.Legacy(await Lab.GivenSession(), Version, """{"jsonrpc":"2.0","id":"p","method":"ping"}""")).Text);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/initialized"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}""")]
    public async Task Notifications_and_answers_are_taken_with_202(string body)
    {
        var reply = await Lab.Legacy(await Lab.GivenSession(), Version, body);

        Assert.Equal((202, ""), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task An_unknown_method_is_an_error_in_a_200()
    {
        var reply = await Lab.Legacy(await Lab.GivenSession(), Version, """{"jsonrpc":"2.0","id":1,"method":"no/such"}""");

        Assert.Equal((200, -32601), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Discover_belongs_to_the_modern_era()
    {
        Assert.Equal(-32601, (await Lab.Legacy(await Lab.GivenSession(), Version, """{"jsonrpc":"2.0","id":1,"method":"server/discover"}""")).Code);
    }

    [Fact]
    public async Task A_missing_resource_is_minus_32002()
    {
        var reply = await Lab.Legacy(await Lab.GivenSession(), Version, """{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"memory://missing"}}""");

        Assert.Equal((200, -32002), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task A_tool_is_called()
    {
        var reply = await Lab.Legacy(await Lab.GivenSession(), Version, """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"old friend"}}}""");

        Assert.Equal("old friend", reply.Result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    [Trait("Control", "AZ-1")]
    public async Task A_missing_permission_is_403_in_this_era_too()
    {
        var user = await Lab.GivenKey(null, "user");

        var reply = await user.Legacy(await user.GivenSession(), Version, """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"x"}}}""");

        Assert.Equal(403, reply.Status);
        Assert.Contains("insufficient_scope", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "IN-1")]
    public async Task A_batch_is_refused()
    {
        Assert.Equal(400, (await Lab.Legacy(await Lab.GivenSession(), Version, $"[{List}]")).Status);
    }
}

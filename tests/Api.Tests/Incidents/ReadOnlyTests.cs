using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Platform.Api.Management;
using Platform.Api.Tests.Configurations;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Incidents;

/// <summary>A tenant in read-only mode: nothing of it is changed, by whichever way it is tried, and reading goes on (IR-2).</summary>
[Trait("Control", "IR-2")]
public sealed class ReadOnlyTests(McpProduct product)
{
    private const string Write = """{"key":"a","value":"written"}""";

    /// <summary>What goes on although it is no GET: it reads, or takes something away.</summary>
    private static readonly string[] GoesOn =
    [
        "alert-rules/back-test", "alert-rules/back-test-new", "audit-findings/accept", "audit-holds/place", "audit/look-up", "audit/verify", "client-certificates/revoke", "https-hosts/delete",
        "incidents/advance", "incidents/close", "incidents/contain", "incidents/edit", "incidents/export-evidence", "incidents/note", "incidents/open", "incidents/reopen", "keys/batch-revoke",
        "keys/revoke", "mcp/send", "oauth-clients/delete", "principals/block", "principals/end-elevations", "quarantine/add", "quarantine/release", "roles/test-permissions", "sessions/end",
        "sessions/end-all", "signing-keys/emergency-rotate", "tenants/approve-resume", "tenants/delete", "tenants/make-read-only", "tenants/make-writable", "tenants/purge", "tenants/restore",
        "tenants/resume", "tenants/revoke-credentials", "tenants/suspend", "tokens/revoke",
    ];

    [Fact]
    public async Task A_write_is_refused_and_a_read_is_served()
    {
        var tenant = await product.GivenTenant();
        Assert.Equal(200, (await tenant.CallTool("memory_set", new { key = "a", value = "before" })).Status);

        await Freeze(tenant);

        var refused = await tenant.CallTool("memory_set", new { key = "a", value = "written" });
        Assert.Equal((403, "tenant-read-only", 40305), (refused.Status, refused.Slug, refused.Code));
        Assert.Equal(403, (await tenant.CallTool("memory_delete", new { key = "a" })).Status);
        Assert.Equal("before", (await tenant.CallTool("memory_get", new { key = "a" })).Text());
        Assert.Equal("before", (await tenant.Read("memory://a")).Result.GetProperty("contents")[0].GetProperty("text").GetString());
        Assert.Equal(200, (await tenant.Call("tools/list")).Status);
        Assert.Equal("tenant-read-only", (await tenant.EventsOf("tools/call"))[^2].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Another_tenant_goes_on_writing_and_so_does_this_one_when_it_is_over()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        await Freeze(tenant);

        Assert.Equal(200, (await other.CallTool("memory_set", new { key = "a", value = "b" })).Status);

        Assert.Equal(200, (await Act(tenant, "makeWritable")).Status);
        Assert.Equal(200, (await Wire.Until(() => tenant.CallTool("memory_set", new { key = "a", value = "b" }), 200, TimeSpan.FromSeconds(5))).Status);
    }

    [Fact]
    public async Task A_tool_that_does_not_say_that_it_only_reads_is_refused_whatever_it_does()
    {
        var tenant = await product.GivenTenant();
        await Freeze(tenant);

        Assert.Equal("tenant-read-only", (await tenant.Send(tenant.ModernTool("maybe", """{"mode":"done"}"""))).Slug);
        Assert.Equal(200, (await tenant.Send(tenant.ModernTool("shaped", """{"mode":"good"}"""))).Status);
    }

    [Fact]
    public async Task A_write_over_a_socket_that_was_open_before_is_refused_in_both_eras()
    {
        var tenant = await product.GivenTenant();
        await using var modern = await SocketClient.OpenAsync(tenant);
        await using var legacy = await SocketClient.InitializedAsync(tenant);
        await modern.AskAsync(SocketClient.Echo("0", "hello"));
        await Freeze(tenant);

        Assert.Equal("tenant-read-only", (await modern.AskAsync(SocketClient.ModernCall("1", "memory_set", Write))).SlugOf());
        Assert.Equal("tenant-read-only", (await legacy.AskAsync(SocketClient.Call("2", "memory_set", Write))).SlugOf());
        Assert.Equal("hello", (await modern.AskAsync(SocketClient.Echo("3", "hello"))).TextOf());
    }

    [Fact]
    public async Task A_write_in_a_session_that_was_open_before_is_refused()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.GivenSession();
        await Freeze(tenant);

        Assert.Equal("tenant-read-only", (await tenant.Send(tenant.LegacyTool(session, "memory_set", Write))).Slug);
        Assert.Equal(200, (await tenant.Send(tenant.LegacyTool(session, "echo", """{"message":"hello"}"""))).Status);
    }

    [Fact]
    public async Task Of_a_batch_the_writes_are_refused_and_the_reads_are_served()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.SessionWith("{}", "2025-03-26");
        await Freeze(tenant);

        var reply = await tenant.Legacy(session, null, $$$$"""
            [{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"memory_set","arguments":{{{{Write}}}}}},{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hello"}}}]
            """);

        Assert.Equal("tenant-read-only", reply.Json[0].SlugOf());
        Assert.Equal("hello", reply.Json[1].TextOf());
    }

    [Fact]
    public async Task A_task_is_not_begun_and_one_that_runs_is_ended()
    {
        var tenant = await product.GivenTenant();
        await tenant.Send(tenant.ModernTool("job", $$"""{"mode":"wait","key":"{{tenant.Slug}}"}""", McpCalls.Tasks));
        var gate = product.Backend.GateOf(tenant.Slug);
        await gate.Entered.Task.WaitAsync(EventStream.Patience);

        await Freeze(tenant);

        Assert.True(await gate.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(6)));
        Assert.Equal("tenant-read-only", (await tenant.Send(tenant.ModernTool("job", """{"mode":"done"}""", McpCalls.Tasks))).Slug);
    }

    [Fact]
    public async Task Every_change_over_REST_is_refused_but_those_that_take_something_away()
    {
        var tenant = await product.GivenTenant();
        await Freeze(tenant);
        var changes = product.Platform.Routes
            .Select(route => (Route: route, Operation: route.Metadata.GetMetadata<ManagementOperation>(), Methods: route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods))
            .Where(change => change.Route.RoutePattern.RawText!.Contains("{tenant}", StringComparison.Ordinal) && change.Operation is not null && change.Methods?.All(method => method is "GET" or "HEAD") != true)
            .ToArray();
        Assert.InRange(changes.Length, 20, 500);

        var served = new List<string>();
        foreach (var (route, operation, methods) in changes.Where(change => !GoesOn.Contains(change.Operation!.Name, StringComparer.Ordinal)))
        {
            // The one route that takes a dry run goes on with it: below.
            var query = operation!.Name == "configuration/apply" ? "" : "?dryRun=true";
            var reply = await product.Platform.Rest(new HttpMethod(methods![0]), PathOf(route, tenant.Slug) + query, new { });
            if (reply.Status != 403 || reply.Json.GetProperty("code").GetString() != "tenant-read-only")
            {
                served.Add($"{operation.Name}: {reply.Status}");
            }
        }

        Assert.Empty(served);
        Assert.Equal(GoesOn, changes.Where(change => change.Route.Metadata.GetMetadata<WhileReadOnly>() is not null).Select(change => change.Operation!.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_of_a_document_is_answered_and_what_only_looks_like_one_changes_nothing()
    {
        const string Document = """{"roles":{"late":{}}}""";
        string[] unclear = ["?dryRun=false&dryRun=true", "?dryRun=true&dryRun=false", "?dryRun=true&DRYRUN=true", "?dryRun=true,true", "?dryRun=1"];
        var tenant = await product.GivenTenant();
        await Freeze(tenant);

        foreach (var query in new[] { "?dryRun=true", "?dryRun=TRUE", "?prune=true&dryRun=true" })
        {
            var planned = await tenant.Apply(Document, query);
            Assert.Equal((200, true), (planned.Status, planned.Status == 200 && planned.Json.GetProperty("dryRun").GetBoolean()));
        }

        Assert.Equal(400, (await tenant.Apply(Document, "?DryRun=true")).Status);
        foreach (var query in unclear.Concat(["", "?dryRun=false", "?dryRun=", "?dry-run=true"]))
        {
            var refused = await tenant.Apply(Document, query);
            Assert.Equal((403, "tenant-read-only"), (refused.Status, refused.Json.GetProperty("code").GetString()));
        }

        await Act(tenant, "makeWritable");
        foreach (var query in unclear)
        {
            Assert.Equal(400, (await tenant.Apply(Document, query)).Status);
        }

        Assert.Equal(404, (await tenant.Rest(HttpMethod.Get, "roles/late")).Status);
    }

    [Fact]
    public async Task A_tenants_admin_may_freeze_and_thaw_its_tenant_but_not_what_an_operator_froze()
    {
        var tenant = await product.GivenTenant();
        var manager = await ManagerOf(tenant);

        Assert.Equal(200, (await Act(tenant, "makeReadOnly", new { }, manager)).Status);
        Assert.Equal(200, (await Act(tenant, "makeWritable", null, manager)).Status);
        await Freeze(tenant);
        var refused = await Act(tenant, "makeWritable", null, manager);
        await Act(tenant, "makeReadOnly", new { }, manager);

        Assert.Equal((403, "permission-denied"), (refused.Status, refused.Json.GetProperty("code").GetString()));
        Assert.Equal(403, (await Act(tenant, "makeWritable", null, manager)).Status);
    }

    private static string PathOf(RouteEndpoint route, string slug) =>
        System.Text.RegularExpressions.Regex.Replace(
            route.RoutePattern.RawText!.Replace("{tenant}", slug, StringComparison.Ordinal), @"\{[^}]*\}", "aaaaaaaa", System.Text.RegularExpressions.RegexOptions.NonBacktracking);

    private async Task Freeze(TenantClient tenant)
    {
        var frozen = await Act(tenant, "makeReadOnly", new { reason = "drill" });
        Assert.Equal((200, "drill"), (frozen.Status, frozen.Json.GetProperty("readOnly").GetProperty("reason").GetString()));
        await Wire.Until(() => tenant.CallTool("memory_set", new { key = "probe", value = "x" }), 403, TimeSpan.FromSeconds(5));
    }

    private Task<Reply> Act(TenantClient tenant, string action, object? body = null, string? credential = null) =>
        product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:{action}", body, credential);

    private async Task<string> ManagerOf(TenantClient tenant) =>
        (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;
}

using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

[Trait("Control", "AL-1")]
public sealed class AuditTests(Product product)
{
    public sealed record Expected(string Class, string Action, string Outcome, string? Target = null, bool Anonymous = false);

    private static readonly Dictionary<string, (Func<TenantClient, Task> Act, Expected Event)> Cases = new(StringComparer.Ordinal)
    {
        ["a tool"] = (t => t.CallTool(), new("toolExecution", "tools/call", "ok", "echo")),
        ["a tool that fails"] = (t => t.CallTool("memory_get", new { key = "missing" }), new("toolExecution", "tools/call", "resource-not-found", "memory_get")),
        ["arguments the schema refuses"] = (t => t.CallTool("echo", new { }), new("toolExecution", "tools/call", "invalid-params", "echo")),
        ["a list"] = (t => t.Call("tools/list"), new("resourceAccess", "tools/list", "ok")),
        ["discover"] = (t => t.Call("server/discover"), new("resourceAccess", "server/discover", "ok")),
        ["a resource"] = (t => t.Read("memory://missing"), new("resourceAccess", "resources/read", "resource-not-found", "memory://missing")),
        ["a prompt"] = (t => t.Call("prompts/get", new { name = "nope" }, "nope"), new("resourceAccess", "prompts/get", "invalid-params", "nope")),
        ["initialize"] = (t => t.Initialize("2025-11-25"), new("authentication", "initialize", "ok")),
        ["a session that is not open"] = (t => t.Delete("x"), new("authentication", "session/delete", "session-not-found")),
        ["a notification"] = (t => t.Send(t.Raw("""{"jsonrpc":"2.0","method":"notifications/cancelled"}"""u8.ToArray())), new("resourceAccess", "notification", "ok")),
        ["a call without an id"] = (t => t.Post(Encoding.UTF8.GetBytes(Wire.Body("tools/call", "\"name\":\"echo\",").Replace("\"id\":1,", "", StringComparison.Ordinal)), "tools/call", "echo"), new("resourceAccess", "notification", "ok")),
        ["no key"] = (t => t.With("").CallTool(), new("authentication", "unknown", "unauthenticated", Anonymous: true)),
        ["a wrong key"] = (t => t.With(KeyForge.OtherSecret(t.Key)).CallTool(), new("authentication", "unknown", "unauthenticated", Anonymous: true)),
        ["a foreign origin"] = (t => t.Socket(more: "Origin: https://evil.example\r\n"), new("securityViolation", "unknown", "origin-denied", Anonymous: true)),
        ["another HTTP method"] = (t => t.Platform.Get(t.Platform.McpUrlOf(t.Slug)), new("resourceAccess", "unknown", "method-not-allowed", Anonymous: true)),
        ["a body that is too large"] = (t => t.Post(new byte[1024 * 1024 + 1]), new("securityViolation", "unknown", "too-large", Anonymous: true)),
        ["malformed JSON"] = (t => t.Post("{"), new("securityViolation", "unknown", "malformed")),
        ["a body that is too deep"] = (t => t.Post(Wire.Body(parameters: "\"x\":[[[[[[[[[]]]]]]]]],")), new("securityViolation", "unknown", "too-deep")),
        ["headers that differ"] = (t => t.Post(Encoding.UTF8.GetBytes(Wire.Body()), "tools/call"), new("securityViolation", "tools/list", "header-mismatch")),
        ["an unknown method"] = (t => t.Send(t.Raw(Encoding.UTF8.GetBytes(Wire.Body("evil/\\u001b[31m")), "evil/\u001b[31m")), new("securityViolation", "unknown", "header-mismatch")),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public async Task Every_request_leaves_exactly_one_event(string name)
    {
        var tenant = await product.GivenTenant();
        var (act, expected) = Cases[name];

        await act(tenant);

        var entry = Assert.Single(await tenant.McpEvents());
        Assert.Equal(expected, new Expected(Text(entry, "class")!, Text(entry, "action")!, Text(entry, "outcome")!, Text(entry, "target"), Text(entry, "principal") is null));
        Assert.Equal(expected.Anonymous ? null : tenant.KeyId, Text(entry, "credential"));
        Assert.Equal("127.0.0.1", Text(entry, "address"));
    }

    [Fact]
    public async Task A_missing_permission_is_an_authorization_event()
    {
        var tenant = await product.GivenTenant("user");

        await tenant.CallTool();

        var entry = Assert.Single(await tenant.McpEvents());
        Assert.Equal(("authorization", "tools/call", "permission-denied", "echo"), (Text(entry, "class"), Text(entry, "action"), Text(entry, "outcome"), Text(entry, "target")));
    }

    [Fact]
    public async Task A_spent_limit_is_a_security_event()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = new { permitsPerMinute = 1, burst = 1 } });
        await key.Call("tools/list");
        await key.Call("tools/list");

        Assert.Equal(["ok", "rate-limited"], (await tenant.McpEvents()).Select(entry => Text(entry, "outcome")));
    }

    [Fact]
    public async Task Administration_is_audited_in_the_chain_of_the_tenant_it_touched()
    {
        var tenant = await product.GivenTenant();
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { });
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:resume");
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:revoke");
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/aaaaaaaa:revoke");

        var events = (await product.Platform.AuditEvents(tenant.Slug, 100)).Reverse().ToArray();

        Assert.Equal(
            [
                ("tenants/create", "ok", tenant.Slug), ("keys/issue", "ok", $"{tenant.Slug}/{tenant.KeyId}"), ("tenants/suspend", "ok", tenant.Slug), ("tenants/resume", "ok", tenant.Slug),
                ("keys/revoke", "ok", $"{tenant.Slug}/{tenant.KeyId}"), ("keys/revoke", "not-found", $"{tenant.Slug}/aaaaaaaa"),
            ],
            events.Select(entry => (Text(entry, "action")!, Text(entry, "outcome")!, Text(entry, "target")!)));
        Assert.All(events, entry => Assert.Equal(("administration", "rest", product.Platform.AdminKey[10..18]), (Text(entry, "class"), Text(entry, "transport"), Text(entry, "credential"))));
    }

    [Fact]
    public async Task Looking_at_a_tenant_is_audited_in_the_platforms_chain_and_leaves_the_tenants_alone()
    {
        var tenant = await product.GivenTenant();
        var before = (await product.Platform.AuditEvents(tenant.Slug, 100)).Length;
        await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}");

        Assert.Equal(before, (await product.Platform.AuditEvents(tenant.Slug, 100)).Length);
        Assert.Contains(await product.Platform.AuditEvents("_sys", 100), entry => (Text(entry, "action"), Text(entry, "target")) == ("tenants/get", tenant.Slug));
    }

    [Theory]
    [InlineData("tool")]
    [InlineData("key route")]
    [Trait("Control", "AL-3")]
    public async Task A_credential_that_was_pasted_where_a_name_belongs_is_not_in_the_trail(string where)
    {
        var tenant = await product.GivenTenant();
        await (where == "tool" ? tenant.CallTool(tenant.Key) : product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.Key}:revoke"));

        var events = string.Join('\n', await product.Platform.AuditEvents(tenant.Slug, 100));
        Assert.DoesNotContain(tenant.Key[19..], events, StringComparison.Ordinal);
        Assert.Contains("hmac:", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_administrator_is_audited_in_the_platforms_chain()
    {
        var route = $"/v1/tenants/{Guid.NewGuid():N}";
        var refused = await product.Platform.Rest(HttpMethod.Get, route, credential: "mcpm_bad");
        var id = refused.Json.GetProperty("requestId").GetString();

        var entry = Assert.Single(await product.Platform.AuditEvents("_sys", 100), entry => Text(entry, "correlation") == id);
        Assert.Equal(("authentication", "tenants/get", "unauthenticated"), (Text(entry, "class"), Text(entry, "action"), Text(entry, "outcome")));
    }

    [Fact]
    public async Task A_tenant_that_batches_its_events_loses_none()
    {
        var slug = "batched" + Guid.NewGuid().ToString("N")[..8];
        await product.Platform.GivenTenant(slug, new { auditMode = "batched", rateLimit = new { permitsPerMinute = 1_000_000, burst = 1_000 } });
        var (secret, id) = await product.Platform.IssueKey(slug);
        var tenant = new TenantClient(product.Platform, slug, secret, id);
        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => tenant.CallTool()));
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));

        Assert.Equal(30, await Eventually(tenant, 30));
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_one_event_too()
    {
        var tenant = await product.GivenTenant();
        using (var client = new System.Net.Sockets.TcpClient("127.0.0.1", product.Platform.McpUrl.Port))
        {
            client.GetStream().Write(Encoding.ASCII.GetBytes(
                $"POST /t/{tenant.Slug}/mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tenant.Key}\r\nContent-Type: application/json\r\nAccept: */*\r\nContent-Length: 100\r\n\r\n{{"));
        }

        Assert.Equal(1, await Eventually(tenant, 1));
        Assert.NotEqual("ok", Text(Assert.Single(await tenant.McpEvents()), "outcome"));
    }

    /// <summary>How many events there are when there are enough, or when the deadline has passed.</summary>
    private static async Task<int> Eventually(TenantClient tenant, int count)
    {
        var started = TimeProvider.System.GetTimestamp();
        var events = await tenant.McpEvents();
        while (events.Length < count && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5))
        {
            events = await tenant.McpEvents();
        }

        return events.Length;
    }

    [Fact]
    public async Task The_correlation_of_a_refusal_leads_to_its_event()
    {
        var tenant = await product.GivenTenant();

        var reply = await tenant.Call("no/such");

        Assert.Equal(reply.Data.GetProperty("correlation").GetString(), Text(Assert.Single(await tenant.McpEvents()), "correlation"));
    }

    [Fact]
    [Trait("Control", "AL-4")]
    public async Task The_chain_verifies_and_is_paged_without_gaps()
    {
        var tenant = await product.GivenTenant();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tenant.CallTool()));

        var verified = (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/audit-events:verify")).Json;
        var events = verified.GetProperty("events").GetInt32();
        var first = (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events?pageSize=8")).Json;
        var second = (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events?pageSize=8&pageToken={first.GetProperty("nextPageToken").GetString()}")).Json;

        Assert.False(verified.TryGetProperty("firstBad", out _));
        Assert.Equal(22, events);
        Assert.Equal(
            16,
            new[] { first, second }.SelectMany(page => page.GetProperty("items").EnumerateArray()).Select(item => item.GetProperty("sequence").GetInt32()).Distinct().Count());
    }

    [Fact]
    [Trait("Control", "IN-5")]
    public async Task Text_that_forges_lines_stays_inside_its_event()
    {
        var tenant = await product.GivenTenant();
        const string Evil = "memory://x\r\n{\"outcome\":\"ok\"}\u001b[31m<script>";

        await tenant.Call("resources/read", new { uri = Evil }, $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(Evil))}?=");

        Assert.Equal((Evil, "resource-not-found"), Assert.Single(await tenant.McpEvents()) is var entry ? (Text(entry, "target"), Text(entry, "outcome")) : default);
    }

    internal static string? Text(JsonElement entry, string member) => entry.TryGetProperty(member, out var value) ? value.GetString() : null;
}

/// <summary>Canaries in everything a client sends are nowhere that anybody else reads (AL-3, ER-2).</summary>
[Trait("Control", "AL-3")]
public sealed class CanaryTests
{
    [Fact]
    public async Task Arguments_keys_and_headers_are_in_no_audit_event_no_log_and_no_file()
    {
        using var log = new LogText();
        await using var platform = await PlatformApplication.StartAsync(configure: services => services.AddSingleton<ILoggerProvider>(log));
        var tenant = await TenantClient.MakeAsync(platform);
        var issued = await tenant.GivenKey();
        var request = tenant.ToolRequest("echo", new { message = "canaryArgument" });
        request.Headers.Add("X-Canary", "canaryHeader");
        request.Headers.Add("Cookie", "c=canaryCookie");
        request.RequestUri = new Uri(request.RequestUri + "?token=canaryQuery");

        Assert.Equal("canaryArgument", (await tenant.Send(request)).Result.GetProperty("content")[0].GetProperty("text").GetString());
        await tenant.CallTool("echo", new { canaryMember = "x" });
        await tenant.Post("{\"canaryMalformed");
        await tenant.With("mcpk_live_canaryKey").CallTool();
        await platform.Rest(HttpMethod.Get, "/v1/tenants?x=canaryRestQuery", credential: "mcpm_live_canaryRestKey");
        await platform.Rest(HttpMethod.Post, "/v1/sessions", new { user = "admin", password = "canaryPassword" }, "");
        await platform.Rest(HttpMethod.Post, "/v1/bootstrap", new { secret = "canaryBootstrap", password = "canaryNewPassword" }, "");
        await platform.Rest(HttpMethod.Post, "/v1/tenants", new { canaryUnknown = "canaryValue" });

        var audit = await AuditText(platform, tenant.Slug) + await AuditText(platform, "_sys");
        string[] secrets = ["canary", tenant.Key[19..], issued.Key[19..], platform.AdminKey[19..], platform.ApiKey[19..], platform.BootstrapSecret];
        Assert.Contains(tenant.KeyId, audit, StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, audit, StringComparison.OrdinalIgnoreCase));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, log.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.All(secrets, secret => Assert.DoesNotContain(FilesOf(platform), file => file.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }

    private static async Task<string> AuditText(PlatformApplication platform, string tenant) =>
        string.Join('\n', (await platform.AuditEvents(tenant, 200)).Select(entry => entry.GetRawText()));

    private static IEnumerable<string> FilesOf(PlatformApplication platform) =>
        Directory.EnumerateFiles(Path.Combine(platform.DataDirectory, "data"), "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)).Select(Read);

    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;
using Orleans.Storage;
using Platform.Api.Tests.RateLimits;
using Platform.Api.Tests.Support;
using Platform.Grains.Secrets;

namespace Platform.Api.Tests.Security;

/// <summary>Every point at which something below can break, one request that reaches it, and what is told of it outside: nothing (ER-1, ER-2).</summary>
public sealed class FaultPointTests(BrokenProduct product) : IClassFixture<BrokenProduct>
{
    private const string UnknownSession = "mcps_aaaaaaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private static readonly Point[] Points =
    [
        new("read:memory-resource", "resources/read", tenant => () => tenant.Read("memory://Fresh")),
        new("read:memory-resource", "memory_get", tenant => () => tenant.CallTool("memory_get", new { key = "Fresh" })),
        new("write:memory-resource", "memory_set", tenant => () => Set(tenant)),
        new("clear:memory-resource", "memory_delete", tenant => () => tenant.CallTool("memory_delete", new { key = "Kept" }), Set),
        new("list:memory-resource", "resources/list", tenant => () => tenant.Call("resources/list")),
        new("list:memory-resource", "memory_list", tenant => () => tenant.CallTool("memory_list", new { })),
        new("list:memory-resource", "memory_set of the first key", tenant => () => Set(tenant)),
        new("write:mcp-session", "initialize", tenant => () => tenant.Initialize("2025-11-25")),
        new("read:mcp-session", "a session of nobody", tenant => () => Ping(tenant, "0123456789abcdef0123456789abcdef")),
        new("clear:mcp-session", "DELETE of a session", tenant => DeleteSession(tenant)),
        new("read:tenant-directory", "MCP at an unknown tenant", tenant => () => (tenant with { Slug = Fresh() }).CallTool()),
        new("read:tenant-directory", "GET of an unknown tenant", tenant => () => Rest(tenant, HttpMethod.Get, $"/v1/tenants/{Fresh()}")),
        new("write:tenant-directory", "POST of a tenant", tenant => () => Rest(tenant, HttpMethod.Post, "/v1/tenants", new { slug = Fresh() })),
        new("read:tenant", "POST of a tenant", tenant => () => Rest(tenant, HttpMethod.Post, "/v1/tenants", new { slug = Fresh() })),
        new("write:tenant", "POST of a tenant", tenant => () => Rest(tenant, HttpMethod.Post, "/v1/tenants", new { slug = Fresh() })),
        new("write:tenant", "suspend", tenant => () => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { })),
        new("write:tenant", "resume", tenant => () => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:resume"), tenant => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { })),
        new("list:tenant-directory", "GET of tenants", tenant => () => Rest(tenant, HttpMethod.Get, "/v1/tenants")),
        new("list:tenant-directory", "readiness", tenant => () => tenant.Platform.Get(new Uri(tenant.Platform.ManagementUrl, "/health/ready"))),
        new("read:key", "POST of a key", tenant => () => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "n", roles = new[] { "user" } })),
        new("write:key", "POST of a key", tenant => () => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "n", roles = new[] { "user" } })),
        new("write:key", "revocation of a key", tenant => () => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:revoke")),
        new("read:key", "POST of a management key", tenant => () => Rest(tenant, HttpMethod.Post, "/v1/management-keys", new { name = "n", roles = new[] { "admin" } })),
        new("read:rate-limit-book", "the first call of a tenant", tenant => () => tenant.CallTool()),
        new("write:rate-limit-book", "PUT of rate limits", tenant => () => tenant.PutLimits(new { }, "*")),
        new("read:principal", "sign-in of a stranger", tenant => () => SignIn(tenant, "stranger")),
        new("write:console-session", "sign-in", tenant => () => SignIn(tenant, "admin")),
        new("read:console-session", "a console session of nobody", tenant => () => tenant.Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: UnknownSession)),
        new("audit:append", "a served call", tenant => () => tenant.CallTool()),
        new("audit:append", "a refused call", tenant => () => tenant.With("").CallTool()),
        new("audit:append", "GET of tenants", tenant => () => Rest(tenant, HttpMethod.Get, "/v1/tenants")),
        new("audit:append", "POST of a tenant", tenant => () => Rest(tenant, HttpMethod.Post, "/v1/tenants", new { slug = Fresh() })),
        new("audit:intend", "a call of a tool that changes something", tenant => () => Set(tenant)),
        new("audit:intend", "POST of a tenant", tenant => () => Rest(tenant, HttpMethod.Post, "/v1/tenants", new { slug = Fresh() })),
        new("audit:head", "the first event of a tenant", tenant => () => Rest(tenant, HttpMethod.Post, "/v1/tenants", new { slug = Fresh() })),
        new("audit:search", "GET of audit events", tenant => () => Rest(tenant, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events")),
        new("audit:count", "GET of a histogram", tenant => () => Rest(tenant, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events:histogram")),
        new("audit:read", "GET of the chain", tenant => () => Rest(tenant, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-chain")),
        new("vault:set", "POST of a webhook", tenant => () => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/webhooks", Webhook)),
        new("vault:set", "POST of a webhook, by a bug", tenant => () => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/webhooks", Webhook)),
        new("vault:set", "rotation of a signing key", tenant => () => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/signing-keys:rotate", new { })),
        new("vault:set", "emergency rotation", tenant => () => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/signing-keys:emergencyRotate")),
        new("vault:versions", "GET of secrets", tenant => () => Rest(tenant, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/secrets"), tenant => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/webhooks", Webhook)),
        new("vault:versions", "GET of the platform's secrets", tenant => () => Rest(tenant, HttpMethod.Get, "/v1/platform/secrets")),
        new("audit:read", "verification", tenant => () => Rest(tenant, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/audit-events:verify")),
    ];

    public static TheoryData<int, string> Reached => [.. Points.Select((point, at) => (at, $"{point.Where} by {point.By}"))];

    [Theory, MemberData(nameof(Reached))]
    [Trait("Control", "ER-1"), Trait("Control", "ER-2")]
    public async Task What_breaks_below_is_answered_without_a_word_of_it(int at, string what)
    {
        var point = Points[at];
        var tenant = await TenantClient.MakeAsync(product.Platform);
        await (point.Before?.Invoke(tenant) ?? Task.CompletedTask);
        var ask = await point.Ask(tenant);
        Reply reply;
        product.Faults.Break(point.Where, point.Where.StartsWith("vault:", StringComparison.Ordinal) && at % 2 == 0 ? new SecretStoreException(SecretFault.Unavailable, BrokenProduct.DriverText) : Failures[at % Failures.Length]());
        try
        {
            reply = await ask();
            Assert.True(product.Faults.Hits > 0, $"{what} was not reached: {reply}");
        }
        finally
        {
            product.Faults.Mend();
        }

        if (point.Where.StartsWith("audit:", StringComparison.Ordinal))
        {
            await Wire.Until(() => tenant.CallTool(), 200, Wire.Patience);
            Assert.Equal(201, (await Wire.Until(() => Rest(tenant, HttpMethod.Post, "/v1/tenants", new { slug = Fresh() }), 201, Wire.Patience)).Status);
        }

        Assert.True(reply.Status is 500 or 503, $"{what}: {reply}");
        var everything = reply.Text + string.Join('\n', reply.Headers.Select(header => $"{header.Key}: {header.Value}"));
        Assert.DoesNotMatch(BrokenProduct.Telltale(), everything);
        Assert.DoesNotContain(BrokenProduct.Canary, everything, StringComparison.Ordinal);
        Assert.DoesNotContain(BrokenProduct.Canary, product.Log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(BrokenProduct.Canary, await Metrics(), StringComparison.Ordinal);
        if (reply.Status == 500)
        {
            // One line for one failure, under the reference that the client was given.
            Assert.Single(Regex.Matches(product.Log.ToString(), Correlation(reply), RegexOptions.NonBacktracking));
        }
    }

    [Fact, Trait("Control", "ER-2")]
    public async Task The_log_says_what_broke_without_the_credential()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        product.Faults.Break("read:memory-resource", new IOException(BrokenProduct.DriverText));
        await tenant.Read("memory://Told");
        product.Faults.Mend();

        var log = product.Log.ToString();
        Assert.Contains("Host=db;Password=[redacted]", log, StringComparison.Ordinal);
        Assert.Contains("SELECT payload FROM grain_state", log, StringComparison.Ordinal);
        Assert.DoesNotContain(BrokenProduct.Canary, log, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "ER-3")]
    public async Task A_failure_outside_of_the_gates_shows_no_exception_even_in_development()
    {
        product.Faults.Break("list:tenant-directory", new InvalidOperationException(BrokenProduct.DriverText));
        var reply = await product.Platform.Get(new Uri(product.Platform.ManagementUrl, "/health/ready"), accept: "text/html");
        product.Faults.Mend();

        Assert.Equal((500, ""), (reply.Status, reply.Text));
        Assert.DoesNotContain(BrokenProduct.Canary, product.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "ER-1")]
    public async Task After_every_fault_honest_requests_are_served()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        product.Faults.Break("read:memory-resource", new IOException(BrokenProduct.DriverText));
        Assert.Equal(500, (await tenant.Read("memory://Again")).Status);
        product.Faults.Mend();

        await tenant.CallTool("memory_set", new { key = "Again", value = "v" });

        Assert.Equal("v", (await tenant.Read("memory://Again")).Result.GetProperty("contents")[0].GetProperty("text").GetString());
    }

    private static readonly object Webhook = new { url = "https://hooks.example.com/x", eventTypes = new[] { "alert.*" } };

    private static readonly Func<Exception>[] Failures =
    [
        () => new IOException(BrokenProduct.DriverText),
        () => new InconsistentStateException(BrokenProduct.DriverText),
        () => new JsonException(BrokenProduct.DriverText, "$.secretPath", 3, 7),
        () => new TimeoutException(BrokenProduct.DriverText),
        () => new InvalidOperationException(BrokenProduct.DriverText, new IOException(BrokenProduct.DriverText)),
        () => new UnauthorizedAccessException(BrokenProduct.DriverText),
    ];

    private static string Fresh() => "f" + Guid.NewGuid().ToString("N")[..12];

    private static string Correlation(Reply reply) =>
        reply.Json.TryGetProperty("error", out _) ? reply.Data.GetProperty("correlation").GetString()! : reply.Json.GetProperty("requestId").GetString()!;

    private static Task<Reply> Set(TenantClient tenant) => tenant.CallTool("memory_set", new { key = "Kept", value = "v" });

    private static Task<Reply> Ping(TenantClient tenant, string session) => tenant.Legacy(session, null, """{"jsonrpc":"2.0","id":1,"method":"ping"}""");

    private static Task<Reply> Rest(TenantClient tenant, HttpMethod method, string path, object? body = null) => tenant.Platform.Rest(method, path, body);

    private static Task<Reply> SignIn(TenantClient tenant, string user) =>
        tenant.Platform.Rest(HttpMethod.Post, "/v1/sessions", new { user, password = BrokenProduct.Password }, "");

    private static async Task<Func<Task<Reply>>> DeleteSession(TenantClient tenant)
    {
        var session = await tenant.GivenSession();
        return () => tenant.Delete(session);
    }

    private async Task<string> Metrics() => (await product.Platform.Get(new Uri(product.Platform.ManagementUrl, "/metrics"))).Text;

    /// <param name="Where">As <see cref="Faults.Break"/> takes it.</param>
    /// <param name="By">The request that reaches it.</param>
    /// <param name="Ask">Prepares the request, and makes it.</param>
    /// <param name="Before">What has to be there.</param>
    private sealed record Point(string Where, string By, Func<TenantClient, Task<Func<Task<Reply>>>> Ask, Func<TenantClient, Task>? Before = null)
    {
        public Point(string where, string by, Func<TenantClient, Func<Task<Reply>>> ask, Func<TenantClient, Task>? before = null)
            : this(where, by, tenant => Task.FromResult(ask(tenant)), before)
        {
        }
    }
}

using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Api.Mcp;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Mcp;

/// <summary>Every MCP method that the running product has, asked for at a tenant with credentials that are not good there (AZ-4).</summary>
[Trait("Control", "AZ-4")]
public sealed class MethodMatrixTests(MethodMatrixTests.Matrix matrix) : IClassFixture<MethodMatrixTests.Matrix>
{
    [Fact]
    public void There_are_methods_to_judge()
    {
        Assert.InRange(matrix.Methods.Count, 15, 1_000);
        Assert.Contains("tools/call", matrix.Methods);
    }

    [Fact]
    public async Task No_method_of_a_tenant_answers_another_tenants_key_and_all_answer_it_alike()
    {
        var replies = await Task.WhenAll(matrix.Methods.SelectMany(_ => matrix.Strangers, (method, key) => AskAsync(matrix.Theirs.With(key), method)));

        Assert.All(replies, reply => Assert.Equal(401, reply.Status));
        Assert.Single(replies.Select(reply => (reply.TextWithoutIds, reply.Header("WWW-Authenticate"))).Distinct());
    }

    [Fact]
    public async Task No_method_of_a_tenant_that_does_not_exist_tells_more_to_one_key_than_to_another()
    {
        // Another slug each time: a directory grain that is asked for the same unknown name many times at once refuses some.
        var replies = await Task.WhenAll(matrix.Methods.SelectMany(
            _ => (string[])["", .. matrix.Strangers],
            (method, key) => AskAsync(matrix.Mine with { Slug = $"nobody-{Guid.NewGuid():N}"[..20], Key = key }, method)));

        Assert.All(replies, reply => Assert.Equal(404, reply.Status));
        Assert.Single(replies.Select(reply => reply.TextWithoutIds).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_method_knows_the_tenants_own_key()
    {
        var replies = await Task.WhenAll(matrix.Methods.Where(method => method != "subscriptions/listen").Select(method => AskAsync(matrix.Theirs, method)));

        Assert.All(replies, reply => Assert.NotEqual(401, reply.Status));
    }

    [Theory]
    [InlineData("the tenant's own key")]
    [InlineData("a key without the permission")]
    [InlineData("another tenant's key")]
    [Trait("Control", "AL-1")]
    public async Task Every_method_leaves_exactly_one_event_in_the_trail_of_its_tenant(string caller)
    {
        // What a stream of subscriptions leaves, it leaves at its end: its own tests read that.
        var methods = matrix.Methods.Where(method => method != "subscriptions/listen").ToArray();
        var tenant = await TenantClient.MakeAsync(matrix.Platform);
        var asking = caller switch
        {
            "a key without the permission" => await tenant.GivenKey(new { scopes = new[] { "prompts:get:nothing" } }),
            "another tenant's key" => tenant.With(matrix.Quiet.Key),
            _ => tenant,
        };

        var replies = new List<Reply>();
        foreach (var method in methods)
        {
            replies.Add(await AskAsync(asking, method));
        }

        var events = await tenant.McpEvents();
        var isKnown = asking.Key != matrix.Quiet.Key;
        Assert.Equal(methods.Length, events.Sum(one => one.TryGetProperty("counted", out var counted) ? counted.GetInt32() : 1));
        Assert.Equal(isKnown ? methods.Order(StringComparer.Ordinal) : ["unknown"], events.Select(one => one.GetProperty("action").GetString()!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(events, one => Assert.Equal(isKnown ? asking.KeyId : null, one.TryGetProperty("credential", out var credential) ? credential.GetString() : null));
        Assert.Equal(replies.Count(reply => reply.Text.Contains("\"permission-denied\"", StringComparison.Ordinal)), events.Count(one => one.GetProperty("outcome").GetString() == "permission-denied"));
        Assert.Equal(caller == "a key without the permission", events.Any(one => one.GetProperty("outcome").GetString() == "permission-denied"));
        Assert.Empty(await matrix.Quiet.McpEvents());
    }

    private static Task<Reply> AskAsync(TenantClient client, string method) => client.Call(method, Parameters(method), NameOf(method));

    private static object Parameters(string method) => method switch
    {
        "tools/call" => new { name = "echo", arguments = new { message = "hello" } },
        "resources/read" or "resources/subscribe" or "resources/unsubscribe" => new { uri = "memory://a" },
        "prompts/get" => new { name = "a" },
        _ => new { },
    };

    private static string? NameOf(string method) => JsonSerializer.SerializeToElement(Parameters(method)) is var named && named.TryGetProperty("name", out var name) ? name.GetString()
        : named.TryGetProperty("uri", out var uri) ? uri.GetString() : null;

    /// <summary>Two tenants, each with a key that may do everything in its own.</summary>
    public sealed class Matrix : IAsyncLifetime
    {
        private IMcpMethod[] _methods = [];

        public IReadOnlyList<string> Methods => [.. _methods.Select(method => method.Name)];

        public PlatformApplication Platform { get; private set; } = null!;

        public TenantClient Mine { get; private set; } = null!;

        public TenantClient Theirs { get; private set; } = null!;

        /// <summary>Of a tenant that nobody asks anything of; its key is shown to others.</summary>
        public TenantClient Quiet { get; private set; } = null!;

        /// <summary>What is no key of the other tenant.</summary>
        public string[] Strangers { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            Platform = await PlatformApplication.StartAsync(configure: services => services.AddSingleton<IHostedService>(provider => new Listing(() => _methods = [.. provider.GetServices<IMcpMethod>()])));
            (Mine, Theirs, Quiet) = (await TenantClient.MakeAsync(Platform), await TenantClient.MakeAsync(Platform), await TenantClient.MakeAsync(Platform));
            var manager = await Platform.Rest(HttpMethod.Post, $"/v1/tenants/{Theirs.Slug}/keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" });
            Strangers = [Mine.Key, manager.Json.GetProperty("secret").GetString()!, Platform.AdminKey, KeyForge.UnknownId(Theirs.Key), "garbage"];
        }

        public ValueTask DisposeAsync() => Platform.DisposeAsync();
    }

    private sealed class Listing(Action list) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            list();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

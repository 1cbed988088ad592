using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Configurations;

public sealed class ExportTests : IAsyncLifetime
{
    private const string Config = "/v1/tenants/acme/config";
    private const string Document = """
        {"guestAccess":{"enabled":false},
         "roles":{"editor":{"description":"Edits: all \"of\" it\n# really \ud83d\ude00","allow":["tools:read","tools:call:*"],"deny":[],"inherits":["user"]},"on":{"description":"","allow":[],"deny":[],"inherits":[]}},
         "rateLimitPlan":{},
         "rateLimits":{"tenant":{"permitsPerMinute":600,"burst":100},"methods":{},"tools":{"x y":{"permitsPerMinute":1.5}}},
         "alertRules":{"slow":{"signal":"latency_p95_milliseconds","threshold":700.5,"enabled":true,"description":"~"}},
         "members":{"svc_ci":{"displayName":"007","roles":["editor"],"conditionalRoles":[{"role":"on","days":["monday"]}],"groups":[]}}}
        """;

    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
        _server.On($"GET {Config}", Document, tag: "\"v1\"").On($"PUT {Config}", """{"changes":[]}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Theory]
    [InlineData("table")]
    [InlineData("yaml")]
    [InlineData("json")]
    public async Task What_is_exported_is_applied_as_the_same(string format)
    {
        var exported = await _user.RunAsync("export", "-o", format);
        Assert.True(exported.Exit == 0, exported.Error);

        var applied = await _user.FeedAsync(exported.Output, "apply", "-f", "-", "--dry-run");

        Assert.True(applied.Exit == 0, applied.Error);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Document), _server.Seen.Last().Json), _server.Seen.Last().Body);
    }

    [Fact]
    public async Task The_head_says_what_is_not_in_it_and_the_same_configuration_is_the_same_text()
    {
        var whole = (await _user.RunAsync("export")).Output;
        Assert.StartsWith("# What the tenant acme is set up to be.", whole, StringComparison.Ordinal);
        Assert.Contains("# Not in it: keys, passwords and other secrets", whole, StringComparison.Ordinal);
        Assert.DoesNotContain("Absent", whole, StringComparison.Ordinal);
        Assert.Equal(whole, (await _user.RunAsync("export")).Output);

        _server.On($"GET {Config}", """{"roles":{},"alertRules":{}}""");
        var part = (await _user.RunAsync("export")).Output;
        Assert.Contains("# Absent, because the credential may not read it: guestAccess, rateLimitPlan, rateLimits, members.\nroles: {}\nalertRules: {}\n", part, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_leaves_no_file_that_looks_like_a_configuration()
    {
        _server.Refuses($"GET {Config}", 403, "not-permitted");
        Assert.Equal((4, ""), await EndAsync());

        _server.On($"GET {Config}", "[]");
        Assert.Equal((1, ""), await EndAsync());

        _server.On($"GET {Config}", http => http.Response.CompleteAsync());
        Assert.Equal((1, ""), await EndAsync());
    }

    private async Task<(int Exit, string Output)> EndAsync() => await _user.RunAsync("export") is var ran ? (ran.Exit, ran.Output) : default;
}

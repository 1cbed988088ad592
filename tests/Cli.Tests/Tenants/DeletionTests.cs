using System.Text.Json.Nodes;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Tenants;

/// <summary>What people and programs are told of a deletion.</summary>
public sealed class DeletionTests : IAsyncLifetime
{
    private const string Started = """{"operation":{"id":"purge-1","kind":"tenants/purge","state":"waiting","target":"acme","startsAt":"2026-12-30T00:00:00Z","steps":[{"name":"keys"},{"name":"rows"}]},"purgeAt":"2026-12-30T00:00:00Z","consequences":["Nobody is served.","All is destroyed later."]}""";
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server);
        _server.On("GET /v1/tenants/acme", "{}", tag: "\"1\"").On("DELETE /v1/tenants/acme", Started).On("POST /v1/tenants/acme:purge", Started);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("purge")]
    public async Task People_see_the_operation_and_a_sentence_to_a_line(string command)
    {
        var ran = await _user.RunAsync("tenant", command, "acme", "--confirm", "acme");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.DoesNotContain("steps", ran.Output, StringComparison.Ordinal);
        Assert.Matches("(?m)^id +purge-1$", ran.Output);
        Assert.EndsWith("Nobody is served.\nAll is destroyed later.\n", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_get_all_of_it()
    {
        var ran = await _user.RunAsync("tenant", "delete", "acme", "--confirm", "acme", "-o", "json");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Started), JsonNode.Parse(ran.Output)), ran.Output);
    }
}

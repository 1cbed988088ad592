using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Roles;

public sealed class RoleTests : IAsyncLifetime
{
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task A_role_is_replaced_and_deleted_as_the_version_that_was_read()
    {
        const string Role = "/v1/tenants/acme/roles/caller";
        _server.On($"GET {Role}", "{}", tag: "\"7\"").On($"PUT {Role}", "{}").On($"DELETE {Role}", "", 204);

        Assert.Equal(0, (await _user.RunAsync("role", "set", "caller", "--allow", "tools:call")).Exit);
        Assert.Equal(0, (await _user.RunAsync("role", "delete", "caller")).Exit);

        var changes = _server.Seen.Where(asked => asked.Method != "GET").Select(asked => (asked.Method, asked.Body, asked.Header("If-Match")));
        Assert.Equal([("PUT", """{"allow":["tools:call"]}""", "\"7\""), ("DELETE", "", "\"7\"")], changes);
    }

    [Fact]
    public async Task A_role_that_is_not_there_is_made()
    {
        _server.On("POST /v1/tenants/acme/roles", """{"name":"caller"}""", 201);

        Assert.Equal(0, (await _user.RunAsync("role", "set", "caller", "--allow", "tools:call")).Exit);
        Assert.Equal("""{"allow":["tools:call"],"name":"caller"}""", _server.Seen.Last().Body);
    }
}

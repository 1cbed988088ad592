using System.Globalization;
using Microsoft.AspNetCore.Http;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Doctor;

public sealed class DoctorTests : IAsyncLifetime
{
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server);
        _server.On("GET /v1/audit-checkpoints", """{"items":[]}""").On("GET /v1/management-keys/abcd1234", """{"id":"abcd1234","name":"first","roles":["admin"]}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task All_is_well()
    {
        var ran = await _user.RunAsync("doctor");

        Assert.True(ran.Exit == 0, ran.Output);
        Assert.DoesNotContain("failed", ran.Output, StringComparison.Ordinal);
        Assert.Contains("key abcd1234, first", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_not_known_any_more_is_told_with_its_cure()
    {
        _server.Refuses("GET /v1/sessions/current", 401, "unauthenticated");

        var ran = await _user.RunAsync("doctor");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("platform login: the key was revoked", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenants_key_is_looked_up_in_the_tenant_that_is_named()
    {
        var key = _user.FileOf("acme.key", CliUser.Key);
        _server.Refuses("GET /v1/management-keys/abcd1234", 403, "permission-denied")
            .On("GET /v1/tenants/acme/keys/abcd1234", """{"id":"abcd1234","name":"pipeline","principal":"svc_abcd1234","roles":["admin"]}""");

        var bare = await _user.RunAsync("whoami", "--url", _server.Url, "--key-file", key);
        Assert.Equal(0, bare.Exit);
        Assert.Contains("name the tenant: --tenant SLUG", bare.Error, StringComparison.Ordinal);
        Assert.Contains("name the tenant: --tenant SLUG", (await _user.RunAsync("doctor", "--url", _server.Url, "--key-file", key)).Output, StringComparison.Ordinal);

        var named = await _user.RunAsync("whoami", "--url", _server.Url, "--key-file", key, "-t", "acme");
        Assert.Equal("", named.Error);
        Assert.Contains("svc_abcd1234", named.Output, StringComparison.Ordinal);
        var looked = (await _user.RunAsync("doctor", "--url", _server.Url, "--key-file", key, "-t", "acme")).Output;
        Assert.Contains("key abcd1234, pipeline", looked, StringComparison.Ordinal);
        Assert.Contains("tenant acme", looked, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be told", looked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_a_warning()
    {
        _server.On("GET /v1/management-keys/abcd1234", http =>
        {
            http.Response.Headers.Date = DateTimeOffset.UnixEpoch.AddYears(50).ToString("r", CultureInfo.InvariantCulture);
            return http.Response.WriteAsync("""{"id":"abcd1234"}""");
        });

        var ran = await _user.RunAsync("doctor", "-o", "json");

        Assert.Contains("Set the clock by NTP", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_signed_in_and_nobody_there_are_failures()
    {
        await _server.DisposeAsync();
        Assert.Equal(1, (await _user.RunAsync("doctor")).Exit);
        Assert.Equal(1, (await _user.RunAsync("doctor", "--profile", "none")).Exit);
    }
}

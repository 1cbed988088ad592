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

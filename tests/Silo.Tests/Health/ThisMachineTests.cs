using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Platform.Silo.Health;

namespace Platform.Silo.Tests.Health;

[Trait("Control", "TR-13")]
public sealed class ThisMachineTests
{
    private readonly RequestDelegate _pipeline;

    public ThisMachineTests()
    {
        var app = new ApplicationBuilder(new EmptyServices());
        app.UseThisMachine();
        app.Run(http =>
        {
            http.Response.StatusCode = StatusCodes.Status200OK;
            return Task.CompletedTask;
        });
        _pipeline = app.Build();
    }

    [Theory]
    [InlineData("127.0.0.1", "/metrics", 200)]
    [InlineData("::1", "/metrics", 200)]
    [InlineData("::ffff:127.0.0.1", "/health/audit", 200)]
    [InlineData("192.0.2.7", "/metrics", 404)]
    [InlineData("192.0.2.7", "/METRICS/", 404)]
    [InlineData("192.0.2.7", "/metrics/x", 404)]
    [InlineData("::ffff:192.0.2.7", "/health/audit", 404)]
    [InlineData("2001:db8::1", "/health/audit-sinks", 404)]
    [InlineData(null, "/metrics", 404)]
    [InlineData("192.0.2.7", "/health/live", 200)]
    [InlineData("192.0.2.7", "/health/ready", 200)]
    [InlineData("192.0.2.7", "/v1/tenants", 200)]
    public async Task What_watches_a_process_is_told_to_its_machine(string? peer, string path, int status) => Assert.Equal(status, await Ask(peer, path, null));

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    public async Task A_proxy_on_the_machine_asks_for_somebody_else(string header) => Assert.Equal(404, await Ask("127.0.0.1", "/metrics", header));

    private async Task<int> Ask(string? peer, string path, string? header)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
        http.Request.Path = path;
        if (header is not null)
        {
            http.Request.Headers[header] = "for=192.0.2.7";
        }

        await _pipeline(http);
        return http.Response.StatusCode;
    }

    private sealed class EmptyServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}

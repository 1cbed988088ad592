using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Abstractions.Audit;
using Platform.Api.Outbound;
using Platform.Hosting;
using Platform.Silo.Audit.Witnesses;
using static Platform.Silo.Tests.Audit.Witness;

namespace Platform.Silo.Tests.Audit;

/// <summary>Against a server on loopback that keeps what it is given.</summary>
[Trait("Control", "AL-4")]
public sealed class HttpWitnessTests : IAsyncLifetime
{
    private readonly List<string> _taken = [];
    private readonly List<string> _authorizations = [];
    private int _status = StatusCodes.Status200OK;
    private WebApplication _server = null!;
    private Uri _url = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.MapPost("/checkpoints", async (HttpContext http) =>
        {
            _authorizations.Add(http.Request.Headers.Authorization.ToString());
            _taken.Add(await new StreamReader(http.Request.Body, Encoding.UTF8).ReadToEndAsync());
            return Results.StatusCode(_status);
        });
        _server.MapGet("/checkpoints", () => Results.Text(_taken.LastOrDefault() ?? ""));
        await _server.StartAsync();
        _url = new Uri(new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/checkpoints");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_it_took_is_what_it_has()
    {
        using var witness = Open(loopback: true);
        Assert.Null(await witness.LastAsync(CancellationToken.None));

        await witness.WriteAsync(Record(7, full: true, Head("aaaaaaaa", 1)), CancellationToken.None);

        Assert.Equal(7, (await witness.LastAsync(CancellationToken.None))!.Number);
        Assert.True(WitnessRecord.TryRead(Encoding.UTF8.GetBytes(Assert.Single(_taken)), out _));
        Assert.Equal(["Bearer letmein"], _authorizations);
    }

    [Theory]
    [InlineData(202)]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(503)]
    public async Task Anything_but_200_is_a_failure(int status)
    {
        _status = status;
        using var witness = Open(loopback: true);

        await Assert.ThrowsAsync<IOException>(() => witness.WriteAsync(Record(1, full: true), CancellationToken.None));
    }

    [Fact]
    public async Task Something_that_is_no_checkpoint_is_not_taken_for_nothing()
    {
        _taken.Add("{\"hello\":\"world\"}");
        using var witness = Open(loopback: true);

        await Assert.ThrowsAsync<InvalidDataException>(() => witness.LastAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_address_that_no_operator_named_is_not_called()
    {
        using var witness = Open(loopback: false);

        await Assert.ThrowsAsync<IOException>(() => witness.WriteAsync(Record(1, full: true), CancellationToken.None));
        Assert.Empty(_taken);
    }

    [Fact]
    public void A_network_that_an_operator_named_may_be_reached_and_no_other()
    {
        Assert.Null(InsideNetworks.Read("10.1.0.0/24", out var inside));
        var policy = new OutboundPolicy { Networks = inside };

        Assert.True(policy.Allows(IPAddress.Parse("10.1.0.7")));
        Assert.False(policy.Allows(IPAddress.Parse("10.1.1.7")));
        Assert.False(policy.Allows(IPAddress.Loopback));
        Assert.False(policy.Allows(IPAddress.Parse("169.254.169.254")));
    }

    private HttpWitness Open(bool loopback) => new(_url, "Bearer letmein", new DocumentFetcher(new OutboundPolicy { AllowLoopback = loopback }, TimeProvider.System, NullLogger<DocumentFetcher>.Instance));
}

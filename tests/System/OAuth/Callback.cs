using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.System.Tests.OAuth;

/// <summary>A native client's redirect address on loopback: takes one authorization response.</summary>
internal sealed class Callback : IAsyncDisposable
{
    private readonly TaskCompletionSource<Dictionary<string, string>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;

    private Callback(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>The query of the first request that a browser was sent here with; fails when none comes within 15 s.</summary>
    public Task<Dictionary<string, string>> AnswerAsync(CancellationToken cancel) => _answer.Task.WaitAsync(TimeSpan.FromSeconds(15), cancel);

    public static async Task<Callback> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var callback = new Callback(app);
        app.MapGet("/callback", (HttpContext http) =>
        {
            callback._answer.TrySetResult(http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal));
            return "You may go.";
        });
        await app.StartAsync();
        callback.Address = new Uri(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), "/callback");
        return callback;
    }

    public async ValueTask DisposeAsync()
    {
        // A browser keeps connections open that it may need again: nobody waits for them.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.System.Tests;

/// <summary>A receiver of webhooks that takes messages and says nothing, until it is told to answer.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly List<ReceivedWebhook> _got = [];
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    public Uri Uri { get; private set; } = null!;

    public bool Answers { get; set; }

    /// <summary>Oldest first.</summary>
    public ReceivedWebhook[] Got
    {
        get
        {
            lock (_got)
            {
                return [.. _got];
            }
        }
    }

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        receiver.Uri = new Uri(receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return receiver;
    }

    /// <summary>Waits until it got what is wanted.</summary>
    public async Task UntilAsync(Predicate<ReceivedWebhook[]> wanted, TimeSpan patience, CancellationToken cancel)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(patience);
        while (!wanted(Got))
        {
            try
            {
                await Task.Delay(100, late.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                Assert.Fail($"Within {patience.TotalSeconds:0} s the receiver got no more than:\n{string.Join('\n', Got.Select(got => $"{got.Path} {got.Id} {got.Answered}"))}");
            }
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var answers = Answers;
        lock (_got)
        {
            _got.Add(new ReceivedWebhook(
                http.Request.Path, http.Request.Headers.Where(header => header.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)).ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), body, answers));
        }

        if (!answers)
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <param name="Path">Which endpoint.</param>
/// <param name="Headers">Those of Standard Webhooks.</param>
/// <param name="Body">As it came.</param>
/// <param name="Answered">Whether it was told that the message arrived.</param>
internal sealed record ReceivedWebhook(string Path, Dictionary<string, string> Headers, string Body, bool Answered)
{
    public string Id => Headers["webhook-id"];
}

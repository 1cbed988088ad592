using System.Collections.Concurrent;
using Platform.Grains.Webhooks;

namespace Platform.Testing;

/// <summary>Receivers of webhooks that never leave this process. Each host answers as a test wants it to, at first with 200, and remembers what it got.</summary>
public sealed class FakeReceivers : IWebhookSender
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<WebhookRequest>> _got = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<WebhookRequest, Task<WebhookAnswer>>> _answers = new(StringComparer.Ordinal);

    /// <summary>From now on a host answers so.</summary>
    public void Answer(string host, int status, TimeSpan? retryAfter = null) => _answers[host] = _ => Task.FromResult(new WebhookAnswer(status, null, retryAfter, TimeSpan.FromMilliseconds(7)));

    /// <summary>From now on a host is out of reach.</summary>
    public void Lose(string host) => _answers[host] = _ => Task.FromResult(new WebhookAnswer(null, WebhookErrors.Unreachable, null, TimeSpan.FromMilliseconds(3)));

    /// <summary>From now on a host answers 200 when a test says so.</summary>
    public void Hold(string host, Task until) => _answers[host] = async _ =>
    {
        await until;
        return new WebhookAnswer(200, null, null, TimeSpan.FromSeconds(1));
    };

    /// <summary>What a host got, oldest first.</summary>
    public WebhookRequest[] Got(string host) => _got.TryGetValue(host, out var requests) ? [.. requests] : [];

    public Task<WebhookAnswer> SendAsync(WebhookRequest request, CancellationToken cancel)
    {
        _got.GetOrAdd(request.Url.Host, _ => new ConcurrentQueue<WebhookRequest>()).Enqueue(request);
        return _answers.TryGetValue(request.Url.Host, out var answer) ? answer(request) : Task.FromResult(new WebhookAnswer(200, null, null, TimeSpan.FromMilliseconds(1)));
    }
}

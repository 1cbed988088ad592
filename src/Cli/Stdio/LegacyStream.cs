using System.Net;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>
/// The stream that belongs to no request (2025-03-26 to 2025-11-25, Listening for Messages from the Server). It is opened by GET, resumed after its last
/// event, and opened once more when requests work again after it was given up.
/// </summary>
internal sealed class LegacyStream(EndpointClient endpoint, Answers answers, BridgeOptions options, Diagnostics diagnostics, TimeProvider clock, CancellationToken lifetime) : IDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _running;

    /// <summary>It broke too often in a row. An endpoint that offers no stream is not that.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>Begins with this session and leaves the one before.</summary>
    /// <param name="opened">Whose stream it is.</param>
    /// <param name="renew">Called when the endpoint has lost the session; it begins anew by itself.</param>
    public void Start(LegacySession.Opened opened, Func<CancellationToken, Task<Problem?>> renew)
    {
        CancellationToken cancel;
        lock (_lock)
        {
            _running?.Cancel();
            _running?.Dispose();
            _running = CancellationTokenSource.CreateLinkedTokenSource(lifetime);
            cancel = _running.Token;
            GaveUp = false;
        }

        // On its own: whoever starts it must not wait for it, and its renewal must not be cancelled with the stream that it replaces.
        _ = Task.Run(() => ListenAsync(opened, renew, cancel), CancellationToken.None);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _running?.Cancel();
            _running?.Dispose();
            _running = null;
        }
    }

    private async Task ListenAsync(LegacySession.Opened opened, Func<CancellationToken, Task<Problem?>> renew, CancellationToken cancel)
    {
        try
        {
            if (await ReadAsync(opened, cancel) && await renew(lifetime) is { } problem)
            {
                diagnostics.Note(problem.Detail);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested || lifetime.IsCancellationRequested)
        {
            // Left, or the end.
        }
        catch (IOException)
        {
            GaveUp = true;
        }
    }

    /// <summary>True when the session is lost.</summary>
    private async Task<bool> ReadAsync(LegacySession.Opened opened, CancellationToken cancel)
    {
        var backoff = new Backoff(options, clock);
        string? last = null;
        TimeSpan? retry = null;
        var stood = false;
        do
        {
            if (!(await endpoint.GetAsync(opened.Headers, last, cancel)).Try(out var reply, out _))
            {
                continue;
            }

            using (reply)
            {
                // A 404 to the first GET is an endpoint that knows no GET. Were it a lost session, the next request would find out.
                if (reply.Status == HttpStatusCode.NotFound && stood)
                {
                    return opened.Id is not null;
                }

                // 405: the endpoint offers no stream. Any other refusal is final too, but for its own failures.
                if (!reply.IsEventStream && (int)reply.Status < 500)
                {
                    return false;
                }

                if (!reply.IsSuccess)
                {
                    continue;
                }

                stood = true;
                var events = new SseReader(await reply.ReadStreamAsync(cancel), options.MaxMessage, diagnostics);
                await DeliverAsync(events, backoff, cancel);
                (last, retry) = (events.LastEventId ?? last, events.Retry ?? retry);
            }
        }
        while (await backoff.WaitAsync(retry ?? TimeSpan.FromSeconds(1), cancel));
        GaveUp = true;
        diagnostics.Note("the endpoint's stream broke too often; it is opened again with the next request that works");
        return false;
    }

    private async Task DeliverAsync(SseReader events, Backoff backoff, CancellationToken cancel)
    {
        try
        {
            while (await events.NextAsync(backoff.Reset, cancel) is { } data)
            {
                await answers.DeliverUnaskedAsync(data);
            }
        }
        catch (IOException)
        {
            // Broken off: as good as ended.
        }
    }
}

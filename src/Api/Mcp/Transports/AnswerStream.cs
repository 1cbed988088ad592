using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Problems;
using Platform.Api.Mcp.Legacy;

namespace Platform.Api.Mcp.Transports;

/// <summary>
/// The event stream that answers one POST, from the moment there is something to say before the answer, or the answer takes long. Most calls never need
/// one, so it is made only then. A stray message after <see cref="CloseAsync"/> goes nowhere: the connection may serve another request by then.
/// </summary>
internal sealed partial class AnswerStream(HttpServices services, HttpContext http, HttpExchange exchange, McpMessage? message, GrainSession? session) : IDisposable
{
    private static readonly byte[] EventBegin = "data: "u8.ToArray();
    private static readonly byte[] EventEnd = "\n\n"u8.ToArray();
    private readonly SseWire _wire = new(http);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _over = new();
    private ITimer? _slow;
    private EventRing? _ring;
    private IDisposable? _attached;
    private Task? _beating;
    private bool _isOpen;

    /// <summary>Opens the stream if the answer is not there after a while: what began is heard of without waiting for a message.</summary>
    public void OpenWhenSlow() =>
        _slow ??= services.Clock.CreateTimer(static self => ((AnswerStream)self!).OpenSoon(), this, services.Options.StreamAfter, Timeout.InfiniteTimeSpan);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> json)
    {
        try
        {
            if (await OpenAsync())
            {
                await WriteAsync(json, isLast: false);
            }
        }
        catch (ObjectDisposedException) when (_over.IsCancellationRequested)
        {
            // Whoever says this is later than the answer.
        }
    }

    /// <summary>Lets the client go and come back for the rest, where it can.</summary>
    public async ValueTask ReleaseAsync()
    {
        if (await OpenAsync() && _ring is not null)
        {
            await _wire.EndAsync();
        }
    }

    /// <summary>Sends the answer as the stream's last event; false when the stream never opened, and now never will.</summary>
    public async ValueTask<bool> TryAnswerAsync(McpReply reply)
    {
        if (!await StopOpeningAsync())
        {
            return false;
        }

        if (reply.IsStreamed)
        {
            // Too long to be kept for a client that comes back: to that one the request has ended without an answer.
            await WriteAsync(default, isLast: true);
            await _wire.LendAsync(() => exchange.SendPiecesAsync(reply, EventBegin, EventEnd));
        }
        else
        {
            await WriteAsync(reply.Body?.Written ?? default, isLast: true);
        }

        await _wire.EndAsync();
        return true;
    }

    /// <summary>Whoever beats for this request stops, and nothing is written any more.</summary>
    public async ValueTask CloseAsync()
    {
        if (await StopOpeningAsync())
        {
            await _wire.LeaveAsync();
        }

        if (_beating is not null)
        {
            await _beating;
        }
    }

    public void Dispose()
    {
        _attached?.Dispose();
        _slow?.Dispose();
        _over.Dispose();
        _opening.Dispose();
        _wire.Dispose();
    }

    /// <summary>After this the stream is open for good, or never. An opening that began is waited for.</summary>
    private async ValueTask<bool> StopOpeningAsync()
    {
        if (_slow is not null)
        {
            await _slow.DisposeAsync();
        }

        await _opening.WaitAsync();
        try
        {
            await _over.CancelAsync();
            return _isOpen;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Nothing is an answer too: a request that was cancelled ends its ring and says no more.</summary>
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> json, bool isLast)
    {
        var id = _ring?.EventId(await _ring.AppendAsync(json, isLast));
        if (!json.IsEmpty)
        {
            await _wire.WriteAsync(id, json);
        }
    }

    private void OpenSoon() => _ = OpenQuietlyAsync();

    private async Task OpenQuietlyAsync()
    {
        try
        {
            await OpenAsync();
        }
        catch (Exception failure)
        {
            // The answer itself will meet the same fault, or none.
            Log.NotOpened(services.Logger, failure, exchange.Entry.Correlation);
        }
    }

    /// <summary>True when the stream is open, false when it is too late for one.</summary>
    private async ValueTask<bool> OpenAsync()
    {
        if (Volatile.Read(ref _isOpen))
        {
            return true;
        }

        await _opening.WaitAsync();
        try
        {
            if (_isOpen || _over.IsCancellationRequested)
            {
                return _isOpen;
            }

            if (session is not null)
            {
                var ring = EventRing.New(services.Grains, session);
                await ring.OpenAsync(isListening: false, message!.Id);
                _attached = services.Node.Attach(session.Key, GrainSession.NameOfRunning(message.Id.Span), _ => exchange.Cancel());
                await session.AttachAsync(GrainSession.NameOfRunning(message.Id.Span));
                _ring = ring;
            }

            await _wire.StartAsync();
            if (_ring is not null && string.CompareOrdinal(session!.View.ProtocolVersion, McpVersions.LatestLegacy) >= 0)
            {
                // 2025-11-25, Sending Messages: an event id and no data, so that the client can come back whatever happens. Older clients would choke on it.
                await _wire.WriteAsync(_ring.EventId(0), default, retry: 1_000);
            }

            Volatile.Write(ref _isOpen, true);
            _beating = BeatAsync();
            return true;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(services.Options.StreamBeat, services.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
            {
                await BeatOnceAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    /// <summary>While the stream is open: it shows that it lives, and its credential is judged again (TR-10). A beat that fails is not the last one.</summary>
    private async Task BeatOnceAsync()
    {
        try
        {
            await _wire.KeepAliveAsync();
            if ((await exchange.Verdict.AskAsync(_over.Token)).Problem is { } ended)
            {
                exchange.End(ended);
                return;
            }

            if (_ring is not null)
            {
                await _ring.BeatAsync();
                await session!.AttachAsync(GrainSession.NameOfRunning(message!.Id.Span));
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !_over.IsCancellationRequested)
        {
            Log.BeatFailed(services.Logger, failure, exchange.Entry.Correlation);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpStreamNotOpened", Level = LogLevel.Warning, Message = "An event stream could not be opened; correlation {Correlation}.")]
        public static partial void NotOpened(ILogger logger, Exception failure, string correlation);

        [LoggerMessage(EventId = 2, EventName = "McpStreamBeatFailed", Level = LogLevel.Warning, Message = "An open stream could not be looked after; correlation {Correlation}.")]
        public static partial void BeatFailed(ILogger logger, Exception failure, string correlation);
    }
}

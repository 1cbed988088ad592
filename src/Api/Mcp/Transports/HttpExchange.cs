using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Problems;
using Platform.Api.Audit;
using Platform.Api.Mcp.Legacy;

namespace Platform.Api.Mcp.Transports;

/// <summary>
/// One POST. It is answered by one JSON object, or by an event stream from the moment there is something to say before the answer, or the answer takes
/// long. For a modern client closing the stream cancels the request; a legacy one may lose it, and finds the rest of it by its last event id.
/// </summary>
internal sealed partial class HttpExchange(HttpServices services, HttpContext http, McpHeaders headers, string? credential, McpGate.Admission admission, AuditEntry entry, Activity? activity)
    : IMcpExchange, IDisposable
{
    private readonly SseWire _wire = new(http);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _over = new();
    private CancellationTokenRegistration _aborted;
    private ITimer? _slow;
    private McpMessage? _message;
    private GrainSession? _session;
    private EventRing? _ring;
    private IDisposable? _attached;
    private Task? _beating;
    private bool _isOpen;

    public McpGate.Admission Admission => admission;

    public AuditEntry Entry => entry;

    public Activity? Activity => activity;

    // 2025-11-25, Sending Messages: a client of those eras that goes away has not cancelled.
    public CancellationToken Gone => _session is null ? http.RequestAborted : CancellationToken.None;

    public Problem? EndedBy { get; private set; }

    public bool HasHeaders => true;

    /// <summary>True once an event stream is the answer.</summary>
    public bool IsStream => Volatile.Read(ref _isOpen);

    public AuditEntry NewEntry() => new(services.Clock, entry.Transport, entry.Address);

    public string? Header(string name) => RequestHeaders.Single(http.Request.Headers[name]);

    public Problem? EraOf(McpMessage message, out McpEra era) => HttpEra.Of(message, headers, out era);

    public bool MayBatch => headers.SessionId is not null && headers.Version is null or McpVersions.Batching;

    public async ValueTask<Result<ILegacySession>> EnterAsync()
    {
        if (_session is not null)
        {
            return _session;
        }

        if (!(await services.Sessions.EnterAsync(admission.Caller.Caller, headers)).Try(out var session, out var refused))
        {
            return refused;
        }

        _session = session;
        return session;
    }

    public ValueTask<Result<string?>> OpenSessionAsync(McpMessage message) => services.Sessions.OpenAsync(admission.Caller.Caller, message);

    public void CancelModern(ReadOnlyMemory<byte> id)
    {
        // MCP 2026-07-28, Cancellation: over HTTP closing the stream is the signal; this message is taken and means nothing.
    }

    public CancellationToken Begin(McpMessage message, McpEra era, ILegacySession? session)
    {
        _message = message;
        if (_session is null)
        {
            _aborted = http.RequestAborted.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), _end);
        }

        return _end.Token;
    }

    public void End(Problem reason)
    {
        EndedBy ??= reason;
        _end.Cancel();
    }

    public void Wait()
    {
        // What began is heard of without waiting for a message; a short call never gets here.
        _slow ??= services.Clock.CreateTimer(static self => ((HttpExchange)self!).OpenSoon(), this, services.Options.StreamAfter, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message)
    {
        await OpenAsync();
        if (_ring is null)
        {
            await _wire.WriteAsync(null, message);
            return;
        }

        var sequence = await _ring.AppendAsync(message, isLast: false);
        await _wire.WriteAsync(_ring.EventId(sequence), message);
    }

    public async ValueTask ReleaseAsync()
    {
        await OpenAsync();
        if (_ring is not null)
        {
            await _wire.EndAsync();
        }
    }

    /// <summary>Sends the answer as the stream's last event, if the answer is a stream.</summary>
    public async ValueTask<bool> TryAnswerAsync(McpReply reply)
    {
        await StopSlowAsync();
        if (!IsStream)
        {
            return false;
        }

        var body = reply.Body?.Written ?? default;
        if (_ring is null)
        {
            if (!body.IsEmpty)
            {
                await _wire.WriteAsync(null, body);
            }
        }
        else
        {
            var sequence = await _ring.AppendAsync(body, isLast: true);
            if (!body.IsEmpty)
            {
                await _wire.WriteAsync(_ring.EventId(sequence), body);
            }
        }

        await _wire.EndAsync();
        return true;
    }

    /// <summary>Whoever beats for this request stops.</summary>
    public async ValueTask CloseAsync()
    {
        await StopSlowAsync();
        await _over.CancelAsync();
        if (_beating is not null)
        {
            await _beating;
        }
    }

    public void Dispose()
    {
        _aborted.Dispose();
        _attached?.Dispose();
        _slow?.Dispose();
        _end.Dispose();
        _over.Dispose();
        _opening.Dispose();
        _wire.Dispose();
    }

    private async ValueTask StopSlowAsync()
    {
        if (_slow is not null)
        {
            await _slow.DisposeAsync();

            // It may have fired a moment ago: an opening that began is waited for.
            await _opening.WaitAsync();
            _opening.Release();
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
            Log.NotOpened(services.Logger, failure, entry.Correlation);
        }
    }

    private async ValueTask OpenAsync()
    {
        if (IsStream)
        {
            return;
        }

        await _opening.WaitAsync();
        try
        {
            if (IsStream || _over.IsCancellationRequested)
            {
                return;
            }

            if (_session is not null)
            {
                var ring = EventRing.New(services.Grains, _session);
                await ring.OpenAsync(isListening: false, _message!.Id);
                var running = GrainSession.NameOfRunning(_message.Id.Span);
                _attached = services.Node.Attach(_session.Key, running, _ => _end.Cancel());
                await _session.AttachAsync(running);
                _ring = ring;
            }

            await _wire.StartAsync();
            if (_ring is not null && string.CompareOrdinal(_session!.View.ProtocolVersion, McpVersions.LatestLegacy) >= 0)
            {
                // 2025-11-25, Sending Messages: an event id and no data, so that the client can come back whatever happens. Older clients would choke on it.
                await _wire.WriteAsync(_ring.EventId(0), default, retry: 1_000);
            }

            Volatile.Write(ref _isOpen, true);
            _beating = BeatAsync();
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>While the stream is open: it shows that it lives, and its credential is judged again (TR-10).</summary>
    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(services.Options.StreamBeat, services.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
            {
                await _wire.KeepAliveAsync();
                if ((await StreamVerdict.AskAsync(services.Gate, admission.Tenant, credential)) is { } ended)
                {
                    End(ended);
                    return;
                }

                if (_ring is not null)
                {
                    await _ring.BeatAsync();
                    await _session!.AttachAsync(GrainSession.NameOfRunning(_message!.Id.Span));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
        catch (Exception failure)
        {
            Log.BeatFailed(services.Logger, failure, entry.Correlation);
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

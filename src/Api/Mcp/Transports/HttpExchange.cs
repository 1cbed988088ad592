using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.Mcp.Legacy;

namespace Platform.Api.Mcp.Transports;

/// <summary>
/// One POST. It is answered by one JSON object, or by an <see cref="AnswerStream"/>. For a modern client closing the stream cancels the request; a legacy
/// one may lose it, and finds the rest of it by its last event id.
/// </summary>
internal sealed partial class HttpExchange(HttpServices services, HttpContext http, McpHeaders headers, Credential credential, McpGate.Admission admission, AuditEntry entry, Activity? activity)
    : IMcpExchange, IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly long _admitted = services.Clock.GetTimestamp();
    private CancellationTokenRegistration _aborted;
    private McpMessage? _message;
    private GrainSession? _session;
    private AnswerStream? _stream;
    private StreamVerdict? _verdict;
    private bool _isClosed;

    public McpGate.Admission Admission { get; private set; } = admission;

    public AuditEntry Entry => entry;

    /// <summary>Decides again who asks, of whom, and what they may: the body took its time, and what was decided before it may hold no more (TR-10).</summary>
    public async ValueTask<Problem?> JudgeAgainAsync()
    {
        if (!(await StreamVerdict.NowAsync(services.Gate, Admission, credential, entry.Address)).Try(out var now, out var refused))
        {
            return refused;
        }

        Admission = Admission with { Tenant = now.Tenant, Caller = now.Caller.At(services.Clock.GetUtcNow(), entry.Address) };
        return null;
    }

    public Activity? Activity => activity;

    // 2025-11-25, Sending Messages: a client of those eras that goes away has not cancelled.
    public CancellationToken Gone => _session is null ? http.RequestAborted : CancellationToken.None;

    public Problem? EndedBy { get; private set; }

    public bool HasHeaders => true;

    public bool SendsPieces => true;

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

        if (!(await services.Sessions.EnterAsync(Admission.Caller.Caller, headers)).Try(out var session, out var refused))
        {
            return refused;
        }

        _session = session;
        return session;
    }

    public ValueTask<Result<string?>> OpenSessionAsync(McpMessage message) => services.Sessions.OpenAsync(Admission.Caller.Caller, message);

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

    /// <summary>Of what takes longer than a question; most calls never need one.</summary>
    public StreamVerdict Verdict
    {
        get
        {
            if (Volatile.Read(ref _verdict) is { } made)
            {
                return made;
            }

            var verdict = new StreamVerdict(services.Gate, Admission, credential, entry.Address, _admitted, services.Options.StreamUnjudged, services.Clock, services.Logger);
            return Interlocked.CompareExchange(ref _verdict, verdict, null) ?? verdict;
        }
    }

    public async ValueTask<Result<PermissionSet>> PermissionsAsync(CancellationToken cancel) =>
        (await Verdict.AskAsync(cancel)).Try(out var caller, out var refused) ? caller.Permissions : refused;

    public void End(Problem reason)
    {
        EndedBy ??= reason;
        _end.Cancel();
    }

    /// <summary>Its client, on whichever node, gave it up.</summary>
    public void Cancel() => _end.Cancel();

    public void Wait() => Stream()?.OpenWhenSlow();

    public ValueTask SendAsync(ReadOnlyMemory<byte> message) => Stream() is { } stream ? stream.SendAsync(message) : ValueTask.CompletedTask;

    public ValueTask ReleaseAsync() => Stream() is { } stream ? stream.ReleaseAsync() : ValueTask.CompletedTask;

    /// <summary>Sends the answer as the stream's last event, if the answer is a stream.</summary>
    public ValueTask<bool> TryAnswerAsync(McpReply reply) =>
        _stream is { } stream ? stream.TryAnswerAsync(reply) : ValueTask.FromResult(false);

    /// <summary>
    /// Sends a long answer while it is read, for as long as the credential that asked for it is good (TR-10). One that breaks off ends the connection: nobody takes it for the whole.
    /// </summary>
    public async ValueTask SendPiecesAsync(McpReply reply, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        var wire = http.Response.BodyWriter;
        try
        {
            var judged = services.Clock.GetTimestamp();
            await wire.WriteAsync(before, http.RequestAborted);
            await foreach (var piece in reply.PiecesAsync(http.RequestAborted))
            {
                await wire.WriteAsync(piece, http.RequestAborted);
                if (services.Clock.GetElapsedTime(judged) < services.Options.StreamBeat)
                {
                    continue;
                }

                if ((await Verdict.AskAsync(http.RequestAborted)).Problem is not null)
                {
                    http.Abort();
                    return;
                }

                judged = services.Clock.GetTimestamp();
            }

            await wire.WriteAsync(after, http.RequestAborted);
        }
        catch (Exception failure)
        {
            Log.BrokenOff(services.Logger, failure, entry.Correlation);
            http.Abort();
        }
    }

    /// <summary>From now on nothing is written, whoever still holds this.</summary>
    public ValueTask CloseAsync()
    {
        // A full fence, as the one in Stream: whoever makes a stream sees this, or this sees the stream.
        Interlocked.Exchange(ref _isClosed, true);
        return _stream is { } stream ? stream.CloseAsync() : ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _aborted.Dispose();
        _stream?.Dispose();
        _end.Dispose();
    }

    /// <summary>The stream, made by whoever needs it first; null when the request is over.</summary>
    private AnswerStream? Stream()
    {
        if (Volatile.Read(ref _stream) is { } made)
        {
            return made;
        }

        var stream = new AnswerStream(services, http, this, _message, _session);
        if (Interlocked.CompareExchange(ref _stream, stream, null) is { } other)
        {
            stream.Dispose();
            return other;
        }

        return Volatile.Read(ref _isClosed) ? null : stream;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpAnswerBrokenOff", Level = LogLevel.Warning, Message = "A long answer was not sent to its end; correlation {Correlation}.")]
        public static partial void BrokenOff(ILogger logger, Exception failure, string correlation);
    }
}

using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.Mcp.Legacy;
using Platform.Api.Mcp.Subscriptions;

namespace Platform.Api.Mcp.Sockets;

/// <summary>
/// One connection from its handshake to its end: reads messages, hands them on one by one, watches that nobody stays who may not, and closes in order.
/// </summary>
internal sealed partial class SocketConnection : IDisposable
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(2);

    private readonly SocketServices _services;
    private readonly McpGate.Admission _opened;
    private readonly StreamVerdict _verdict;
    private readonly string? _address;
    private readonly SocketWire _wire;
    private readonly SocketMessages _messages;
    private readonly CancellationTokenSource _gone = new();
    private readonly TaskCompletionSource<SocketEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _telling = Task.CompletedTask;
    private int _judging;

    public SocketConnection(SocketServices services, WebSocket socket, Action abort, McpGate.Admission opened, Credential credential, string? address)
    {
        (_services, _opened, _address) = (services, opened, address);
        _wire = new SocketWire(socket, abort, services.Options.SocketSendPatience, services.Clock);
        _messages = new SocketMessages(this, services, opened, credential);
        _verdict = new StreamVerdict(services.Gate, opened, credential, address, services.Clock.GetTimestamp(), services.Options.StreamUnjudged, services.Clock, services.Logger);
        Gone = _gone.Token;
        Running = new RunningRequests(services.Options.SocketRequests);
    }

    public SocketEra Era { get; } = new();

    public RunningRequests Running { get; }

    /// <summary>Of the eras before 2026-07-28, once <c>initialize</c> was answered.</summary>
    public SocketSession? Session { get; private set; }

    /// <summary>Cancelled when nobody can be answered any more.</summary>
    public CancellationToken Gone { get; }

    public AuditEntry NewEntry() => new(_services.Clock, "websocket", _address) { Tenant = _opened.Tenant.Id, Caller = _opened.Caller.Caller };

    /// <summary>Serves the connection to its end.</summary>
    public async Task RunAsync()
    {
        using var open = _services.Open.Add(this, _opened.Tenant.Id);
        await using var stopping = _services.Stopping.UnsafeRegister(static self => ((SocketConnection)self!).End(SocketEnd.ServerStops), this);
        var reading = ReadAsync();
        var watching = WatchAsync();
        var end = await _end.Task;
        await FinishAsync(end, reading);
        await watching;
        if (end.Forced is { } code)
        {
            await AuditCloseAsync(code);
        }
    }

    /// <summary>False when nobody is there to read it.</summary>
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, Action? turn = null)
    {
        var isSent = await _wire.SendAsync(message, turn);
        if (!isSent)
        {
            End(_wire.IsStuck ? SocketEnd.SlowReader : SocketEnd.Lost);
        }

        return isSent;
    }

    /// <summary>The session of this connection; its news begin when <c>initialize</c> is answered.</summary>
    public async ValueTask<Problem?> OpenSessionAsync(Caller caller, McpMessage message)
    {
        if (Session is not null)
        {
            return Problem.InvalidRequest("This connection was initialized before.");
        }

        var listener = await _services.Hub.ListenAsync(caller.Tenant, new ListenFilter(Tools: true, Prompts: true, Resources: true, [], []));
        var view = new McpSessionView
        {
            ProtocolVersion = McpVersions.Negotiate(message.RequestedVersion!),
            Principal = caller.Principal,
            ClientName = LegacySessions.Clip(message.ClientName),
            ClientVersion = LegacySessions.Clip(message.ClientVersion),
            CreatedAt = _services.Clock.GetUtcNow(),
            Features = message.Features,
            LogLevel = McpLogLevel.Info,
        };
        Session = new SocketSession(this, listener, view, _services.Options.ClientPatience, _services.Clock);
        Era.SessionOpened();
        return null;
    }

    /// <summary>Asks at once whether the credential is still good. What is asked meanwhile is asked once more.</summary>
    public void JudgeAgain()
    {
        if (Interlocked.Increment(ref _judging) == 1)
        {
            _ = Task.Run(async () =>
            {
                do
                {
                    Interlocked.Exchange(ref _judging, 1);
                    await JudgeAsync();
                }
                while (Interlocked.CompareExchange(ref _judging, 0, 1) != 1);
            });
        }
    }

    /// <summary>What the caller may do now; when it may not stay, the connection ends.</summary>
    public async ValueTask<Result<PermissionSet>> PermissionsAsync()
    {
        if ((await _verdict.AskAsync(Gone)).Try(out var caller, out var refused))
        {
            return caller.Permissions;
        }

        End(refused);
        return refused;
    }

    /// <summary>What of the news the caller may hear now.</summary>
    public async ValueTask<CatalogueNews> AllowedAsync(CatalogueNews news) =>
        AllowedNews.Of(news, _services.Catalogues.For(_opened.Tenant), (await PermissionsAsync()).Try(out var held, out _) ? held : PermissionSet.None);

    public void Dispose()
    {
        Session?.Dispose();
        _wire.Dispose();
        _gone.Dispose();
    }

    /// <summary>The first reason is the one that counts.</summary>
    public void End(SocketEnd end) => _end.TrySetResult(end);

    /// <summary>The credential or the tenant is not good any more: what runs is answered with the reason, then the connection ends.</summary>
    public void End(Problem reason)
    {
        Running.EndAll(reason);
        End(SocketEnd.For(reason));
    }

    /// <summary>Begins to tell the client what changes: the session is open, and the client knows.</summary>
    public void Tell() => _telling = Session!.TellAsync(Gone);

    private async Task ReadAsync()
    {
        try
        {
            while (!_end.Task.IsCompleted)
            {
                var message = new PooledBuffer();
                var read = await _wire.ReadAsync(message);
                if (read == SocketRead.Message && !_end.Task.IsCompleted)
                {
                    await _messages.TakeAsync(message);
                    continue;
                }

                message.Dispose();
                if (read == SocketRead.Closed)
                {
                    End(SocketEnd.ByClient);
                    return;
                }

                if (read is SocketRead.NotText or SocketRead.TooLarge)
                {
                    End(read == SocketRead.NotText ? SocketEnd.NotText : SocketEnd.TooLarge);
                }
            }

            // The client reads our close frame only if what it still sends is taken from it.
            await _wire.DrainAsync();
        }
        catch (WebSocketException failure)
        {
            End(failure.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely ? SocketEnd.Lost : SocketEnd.Broken);
        }
        catch (Exception failure) when (SocketWire.IsGone(failure))
        {
            End(SocketEnd.Lost);
        }
        catch (Exception failure)
        {
            Log.Failed(_services.Logger, failure);
            End(SocketEnd.Failed);
        }
    }

    private async Task WatchAsync()
    {
        var options = _services.Options;
        using var timer = new PeriodicTimer(options.StreamBeat < options.SocketIdle ? options.StreamBeat : options.SocketIdle, _services.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(Gone))
            {
                if (_wire.Arriving > options.RequestTimeout)
                {
                    End(SocketEnd.SlowMessage);
                }
                else if (Running.Count == 0 && _wire.Quiet >= options.SocketIdle)
                {
                    End(SocketEnd.Idle);
                }

                JudgeAgain();
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private async Task JudgeAsync()
    {
        try
        {
            await PermissionsAsync();
        }
        catch (OperationCanceledException)
        {
            // The connection is gone.
        }
    }

    private async Task FinishAsync(SocketEnd end, Task reading)
    {
        // What runs may say its last words where somebody listens: when the server stops, and when it was ended with a reason.
        if (end == SocketEnd.ServerStops || end.Code >= 4000)
        {
            await InTimeAsync(Running.WhenEmptyAsync(), LastWords);
        }

        await _gone.CancelAsync();
        await InTimeAsync(Running.WhenEmptyAsync(), LastWords);
        await _telling;
        if (end.Code != 0)
        {
            await _wire.CloseAsync(end.Code, end.Reason);
            await InTimeAsync(reading, CloseGrace);
        }

        if (!reading.IsCompleted)
        {
            _wire.Abort();
        }

        await reading;
    }

    private async Task AuditCloseAsync(ProblemCode code)
    {
        var entry = NewEntry();
        entry.Action = "socket/close";
        entry.Fail(code);
        try
        {
            await _services.Audit.WriteAsync(entry, AuditMode.Durable);
        }
        catch (AuditUnavailableException failure)
        {
            Log.NotAudited(_services.Logger, failure, entry.Correlation);
        }
    }

    private async Task InTimeAsync(Task task, TimeSpan time) => await Task.WhenAny(task, Task.Delay(time, _services.Clock, CancellationToken.None));

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpSocketFailed", Level = LogLevel.Error, Message = "A WebSocket's message failed.")]
        public static partial void Failed(ILogger logger, Exception failure);

        [LoggerMessage(EventId = 2, EventName = "McpSocketNotAudited", Level = LogLevel.Error, Message = "A WebSocket's event could not be audited; correlation {Correlation}.")]
        public static partial void NotAudited(ILogger logger, Exception failure, string correlation);
    }
}

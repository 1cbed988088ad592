using System.Diagnostics;
using System.Text;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Api.Audit;

namespace Platform.Api.Mcp.Sockets;

/// <summary>One message of a connection. The connection is the way back of all of them; when it is gone, so are they.</summary>
internal sealed class SocketExchange(SocketConnection connection, McpGate.Admission admission, AuditEntry entry, Activity? activity) : IMcpExchange, IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(connection.Gone);
    private readonly List<ReadOnlyMemory<byte>> _ids = [];
    private bool _isJudged;
    private bool _isRequest;
    private bool _isOver;
    private McpEra _era;

    public McpGate.Admission Admission => admission;

    public AuditEntry Entry => entry;

    public Activity? Activity => activity;

    // On a socket the connection is the session: nobody can come back for an answer, in no era.
    public CancellationToken Gone => connection.Gone;

    public Problem? EndedBy { get; private set; }

    public bool HasHeaders => false;

    public bool SendsPieces => false;

    /// <summary>It holds one of the connection's places.</summary>
    public bool IsRunning => _ids.Count > 0;

    /// <summary>Its client gave it up: it gets no answer.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>JSON-RPC: notifications and responses get no answer, not even when they are refused.</summary>
    public bool IsAnswered => !IsCancelled && (_isRequest || !_isJudged);

    /// <summary>It opened the session.</summary>
    public bool OpenedSession { get; private set; }

    public AuditEntry NewEntry() => connection.NewEntry();

    public string? Header(string name) => null;

    public Problem? EraOf(McpMessage message, out McpEra era)
    {
        _isJudged = true;
        var isRequest = !message.IsNotification && !message.IsResponse;
        _isRequest |= isRequest;
        var problem = connection.Era.Of(message, out era);
        _era = era;
        if (problem is not null || !isRequest)
        {
            return problem;
        }

        problem = connection.Running.TryBegin(message.Id, this);
        if (problem is null)
        {
            _ids.Add(message.Id);
        }

        return problem;
    }

    public bool MayBatch => connection.Session is { View.ProtocolVersion: McpVersions.Batching };

    public ValueTask<Result<ILegacySession>> EnterAsync() =>
        ValueTask.FromResult<Result<ILegacySession>>(connection.Session is { } session ? session : Problem.InvalidRequest("Send initialize first."));

    public async ValueTask<Result<string?>> OpenSessionAsync(McpMessage message)
    {
        if (await connection.OpenSessionAsync(admission.Caller.Caller, message) is { } refused)
        {
            return refused;
        }

        OpenedSession = true;
        return (string?)null;
    }

    /// <summary>Holds one place for a whole batch, whose messages the gate takes one by one: null when there is one.</summary>
    public Problem? HoldForBatch()
    {
        // No request's id begins like this.
        var place = Encoding.ASCII.GetBytes($"[{entry.Correlation}");
        var problem = connection.Running.TryBegin(place, this);
        if (problem is null)
        {
            _ids.Add(place);
        }

        return problem;
    }

    public void CancelModern(ReadOnlyMemory<byte> id) => connection.Running.Cancel(id);

    public CancellationToken Begin(McpMessage message, McpEra era, ILegacySession? session) => _end.Token;

    public ValueTask<Result<PermissionSet>> PermissionsAsync(CancellationToken cancel) => connection.PermissionsAsync();

    public void End(Problem reason)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                EndedBy ??= reason;
                _ = _end.CancelAsync();
            }
        }
    }

    /// <summary>The client gave it up.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                IsCancelled = true;
                _ = _end.CancelAsync();
            }
        }
    }

    public void Wait()
    {
        // The client hears of it when it is done; the connection itself shows that it lives.
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message)
    {
        // MCP 2026-07-28, stdio, Cancellation: no further messages for a cancelled request. In the eras before, its own questions are still taken back.
        if (!IsCancelled || _era == McpEra.Legacy)
        {
            await connection.SendAsync(message);
        }
    }

    public ValueTask ReleaseAsync() => ValueTask.CompletedTask;

    /// <summary>Gives back the places it held: its ids may be used again.</summary>
    public void Finish()
    {
        foreach (var id in _ids)
        {
            connection.Running.Finish(id);
        }

        _ids.Clear();
    }

    public void Dispose()
    {
        Finish();
        lock (_lock)
        {
            _isOver = true;
        }

        _end.Dispose();
    }
}

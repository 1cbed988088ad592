using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Sockets;

/// <summary>
/// The era of a connection: its first request decides. <c>initialize</c> makes the connection a session of the eras before; the metadata of 2026-07-28 makes
/// it modern, and then every request carries its own.
/// </summary>
internal sealed class SocketEra
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private McpEra? _era;
    private bool _hasSession;

    /// <summary>Completes when messages may be served side by side: at once in the modern era, with the session in those before.</summary>
    public Task Settled => _settled.Task;

    public McpEra Current => _era ?? McpEra.Modern;

    /// <summary>Which era the message belongs to, and why it cannot be of this connection.</summary>
    public Problem? Of(McpMessage message, out McpEra era)
    {
        lock (_lock)
        {
            return Judge(message, out era);
        }
    }

    public void SessionOpened()
    {
        lock (_lock)
        {
            _hasSession = true;
        }

        _settled.TrySetResult();
    }

    private Problem? Judge(McpMessage message, out McpEra era)
    {
        era = Current;
        if (message.MetaVersion is { } version)
        {
            return _era == McpEra.Legacy
                ? Problem.InvalidRequest("This connection began with initialize; open another one for protocol version 2026-07-28.")
                : Modern(message, version);
        }

        if (string.Equals(message.Method, "initialize", StringComparison.Ordinal) && !message.IsNotification)
        {
            return Initialize(out era);
        }

        return _era switch
        {
            McpEra.Legacy => null,
            _ when message.IsResponse => Problem.InvalidRequest("In protocol version 2026-07-28 a client sends no responses."),
            _ when message.IsNotification => null,
            McpEra.Modern => new Problem(ProblemCode.MissingMetadata, "params._meta[\"io.modelcontextprotocol/protocolVersion\"] is missing."),
            _ => new Problem(ProblemCode.MissingMetadata, "Begin with initialize, or send params._meta[\"io.modelcontextprotocol/protocolVersion\"] with every request."),
        };
    }

    private Problem? Modern(McpMessage message, string version)
    {
        if (!string.Equals(version, McpVersions.Modern, StringComparison.Ordinal))
        {
            return new UnsupportedVersion(version);
        }

        if (message.IsNotification)
        {
            return null;
        }

        if (!message.HasMetaCapabilities)
        {
            return new Problem(ProblemCode.MissingMetadata, "params._meta[\"io.modelcontextprotocol/clientCapabilities\"] is missing.");
        }

        _era = McpEra.Modern;
        _settled.TrySetResult();
        return null;
    }

    private Problem? Initialize(out McpEra era)
    {
        era = McpEra.Legacy;
        if (_era == McpEra.Modern)
        {
            era = McpEra.Modern;
            return Problem.InvalidRequest("This connection began with protocol version 2026-07-28; open another one for initialize.");
        }

        _era = McpEra.Legacy;
        return _hasSession ? Problem.InvalidRequest("This connection was initialized before.") : null;
    }
}

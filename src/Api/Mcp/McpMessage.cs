using Platform.Abstractions.Mcp;

namespace Platform.Api.Mcp;

/// <summary>One JSON-RPC message, read once. Payloads stay slices of the body.</summary>
internal sealed class McpMessage
{
    public string Method { get; set; } = "";

    /// <summary>The id as it was written, to be echoed byte for byte; empty for a notification.</summary>
    public ReadOnlyMemory<byte> Id { get; set; }

    public bool IsNotification => Id.IsEmpty;

    /// <summary>A client's answer to a request of ours.</summary>
    public bool IsResponse { get; set; }

    /// <summary><c>params</c>, a JSON object; empty when absent.</summary>
    public ReadOnlyMemory<byte> Params { get; set; }

    /// <summary><c>params.name</c>: a tool or a prompt.</summary>
    public string? Name { get; set; }

    /// <summary><c>params.uri</c>.</summary>
    public string? Uri { get; set; }

    /// <summary><c>params.taskId</c>.</summary>
    public string? TaskId { get; set; }

    public string? Cursor { get; set; }

    /// <summary><c>params.arguments</c>, a JSON object; empty when absent.</summary>
    public ReadOnlyMemory<byte> Arguments { get; set; }

    /// <summary><c>params.inputResponses</c>, a JSON object; empty when absent.</summary>
    public ReadOnlyMemory<byte> InputResponses { get; set; }

    /// <summary><c>params.requestState</c>, as the client brought it.</summary>
    public string? RequestState { get; set; }

    /// <summary><c>params.protocolVersion</c> of <c>initialize</c>.</summary>
    public string? RequestedVersion { get; set; }

    public string? ClientName { get; set; }

    public string? ClientVersion { get; set; }

    /// <summary><c>_meta["io.modelcontextprotocol/protocolVersion"]</c>.</summary>
    public string? MetaVersion { get; set; }

    /// <summary>Whether <c>_meta["io.modelcontextprotocol/clientCapabilities"]</c> is there, as an object.</summary>
    public bool HasMetaCapabilities { get; set; }

    /// <summary>What the request, or <c>initialize</c>, declares of the client.</summary>
    public ClientFeatures Features { get; set; }

    /// <summary><c>_meta.progressToken</c> as it was written; empty when no progress is wanted.</summary>
    public ReadOnlyMemory<byte> ProgressToken { get; set; }

    /// <summary><c>_meta["io.modelcontextprotocol/logLevel"]</c>; none when absent.</summary>
    public McpLogLevel LogLevel { get; set; }

    /// <summary>The first member of the wrong type, for the caller to mend.</summary>
    public string? Fault { get; set; }
}

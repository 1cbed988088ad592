using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp;

/// <summary>The session that a request of the <c>initialize</c> eras belongs to: a grain behind HTTP, a connection behind a WebSocket.</summary>
internal interface ILegacySession
{
    McpSessionView View { get; }

    ValueTask<Problem?> SetLogLevelAsync(McpLogLevel level);

    ValueTask<Problem?> SubscribeAsync(string uri);

    ValueTask<Problem?> UnsubscribeAsync(string uri);

    /// <summary>Sends a request of the server's on the way back of a running request, and waits for the client.</summary>
    /// <param name="exchange">Whose way back.</param>
    /// <param name="method">Such as <c>elicitation/create</c>.</param>
    /// <param name="parameters">A JSON object.</param>
    /// <param name="cancel">Ends the wait; the client is told.</param>
    /// <returns>The client's result, a JSON object, or why there is none.</returns>
    ValueTask<Result<ReadOnlyMemory<byte>>> AskAsync(IMcpExchange exchange, string method, ReadOnlyMemory<byte> parameters, CancellationToken cancel);

    /// <summary>The client's response to a request of the server's.</summary>
    /// <param name="id">As it was written.</param>
    /// <param name="message">The whole message.</param>
    ValueTask AnswerAsync(ReadOnlyMemory<byte> id, ReadOnlyMemory<byte> message);

    /// <summary>The client gave up a request of its own.</summary>
    /// <param name="id">As it was written.</param>
    ValueTask CancelAsync(ReadOnlyMemory<byte> id);
}

namespace Platform.Api.Mcp;

/// <summary>
/// A result with one value that is too long to be held, and is read while it is sent (<see cref="IMcpExchange.SendsPieces"/>). It holds something open until it is disposed.
/// </summary>
internal abstract class StreamedResult : McpResult, IDisposable
{
    /// <summary>Where the value belongs in what <see cref="McpResult.Write"/> wrote last, counted from the beginning of the result.</summary>
    public int Gap { get; protected set; }

    /// <summary>The value as JSON without line breaks, piece by piece; each is good until the next is asked for. Throws when it cannot be read to its end.</summary>
    public abstract IAsyncEnumerable<ReadOnlyMemory<byte>> ValueAsync(CancellationToken cancel);

    public abstract void Dispose();
}

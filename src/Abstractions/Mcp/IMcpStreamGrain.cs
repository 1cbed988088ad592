using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Mcp;

/// <summary>Messages of one event stream, in order.</summary>
/// <param name="First">Sequence of the first message; they follow without gaps.</param>
/// <param name="Messages">JSON-RPC messages, each on one line.</param>
/// <param name="IsComplete">The stream's last message is among them or before them.</param>
/// <param name="Mark">The catalogue version that the stream's owner had seen last.</param>
[GenerateSerializer, Alias("mcp-stream-page"), Immutable]
public sealed record McpStreamPage(
    [property: Id(0)] long First,
    [property: Id(1)] byte[][] Messages,
    [property: Id(2)] bool IsComplete,
    [property: Id(3)] long Mark);

/// <summary>What a resumable stream is.</summary>
/// <param name="IsListening">True for the stream of an HTTP GET, which has no last message.</param>
/// <param name="RequestId">The id of the request it answers, as JSON; empty for a listening stream.</param>
[GenerateSerializer, Alias("open-mcp-stream"), Immutable]
public sealed record OpenMcpStream([property: Id(0)] bool IsListening, [property: Id(1)] byte[] RequestId);

/// <summary>
/// One event stream of a legacy session, as a bounded ring of its latest messages. Key: <c>{tenant}/{session}/{stream}</c>. Stored before a message is
/// acknowledged, so that a client can resume on any node, whatever became of the one it was connected to. Kept for five minutes after the last message.
/// </summary>
[Alias("mcp-stream")]
public interface IMcpStreamGrain : IGrainWithStringKey
{
    /// <summary>Most messages kept.</summary>
    const int MaxMessages = 256;

    /// <summary>Most bytes kept; the newest message stays however large it is.</summary>
    const int MaxBytes = 1024 * 1024;

    [Alias("open")]
    Task<Problem?> OpenAsync(OpenMcpStream command, Caller caller);

    /// <summary>Adds a message, durably, and answers its sequence; 0 when the stream is not the caller's or complete.</summary>
    [Alias("append"), AlwaysInterleave]
    Task<long> AppendAsync(byte[] message, bool isLast, long mark, Caller caller);

    /// <summary>The owner still runs; without this for a minute an unfinished request counts as interrupted.</summary>
    [Alias("beat"), AlwaysInterleave]
    Task BeatAsync();

    /// <summary>Messages after a sequence; waits up to <paramref name="patience"/> (at most 15 s) when there is none. <c>session-not-found</c> for a stranger.</summary>
    [Alias("read"), AlwaysInterleave]
    Task<Result<McpStreamPage>> ReadAsync(long after, TimeSpan patience, Caller caller);

    /// <summary>What the stream was opened as.</summary>
    [Alias("describe"), AlwaysInterleave]
    Task<Result<OpenMcpStream>> DescribeAsync(Caller caller);
}

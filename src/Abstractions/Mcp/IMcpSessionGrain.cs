using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Mcp;

/// <summary>Opens a session of the <c>initialize</c> eras.</summary>
/// <param name="ProtocolVersion">What was agreed on.</param>
/// <param name="Features">What the client declared.</param>
/// <param name="ClientName">At most 100 characters.</param>
/// <param name="ClientVersion">At most 100 characters.</param>
[GenerateSerializer, Alias("open-mcp-session"), Immutable]
public sealed record OpenMcpSession(
    [property: Id(0)] string ProtocolVersion,
    [property: Id(1)] ClientFeatures Features,
    [property: Id(2)] string? ClientName,
    [property: Id(3)] string? ClientVersion);

/// <summary>What <c>initialize</c> agreed on, and what was set since.</summary>
[GenerateSerializer, Alias("mcp-session-view"), Immutable]
public sealed record McpSessionView
{
    [Id(0)] public required string ProtocolVersion { get; init; }
    [Id(1)] public required string Principal { get; init; }
    [Id(2)] public string? ClientName { get; init; }
    [Id(3)] public string? ClientVersion { get; init; }
    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(5)] public ClientFeatures Features { get; init; }

    /// <summary>Least severe message the client wants; <see cref="McpLogLevel.Info"/> until it says otherwise.</summary>
    [Id(6)] public McpLogLevel LogLevel { get; init; }

    /// <summary>Resources whose updates the client subscribed to, ordinal order.</summary>
    [Id(7)] public string[] Subscriptions { get; init; } = [];
}

/// <summary>An API node on which requests of sessions run. Held by the sessions that a request is attached to.</summary>
[Alias("mcp-node")]
public interface IMcpNode : IGrainObserver
{
    /// <summary>The client answered a request of the server's.</summary>
    /// <param name="session">Grain key of the session.</param>
    /// <param name="request">The attached name.</param>
    /// <param name="message">The JSON-RPC response, whole.</param>
    [Alias("answered")]
    ValueTask AnsweredAsync(string session, string request, byte[] message);

    /// <summary>The client cancelled a request of its own, or a newer stream took the attached one's place.</summary>
    [Alias("cancelled")]
    ValueTask CancelledAsync(string session, string request);
}

/// <summary>
/// A session of the <c>initialize</c> eras. Key: <c>{tenant}/{random 190-bit id}</c>: an id of another tenant names another grain, and an id of
/// another principal is refused, so a session id is never a credential. Every call answers <c>session-not-found</c> unless it is open and the caller's.
/// </summary>
[Alias("mcp-session")]
public interface IMcpSessionGrain : IGrainWithStringKey
{
    /// <summary>Most resources a session may subscribe to.</summary>
    const int MaxSubscriptions = 100;

    /// <summary>Name under which the node with the session's listening stream attaches; it is answered with nothing when the subscriptions changed.</summary>
    const string Listening = "listen";

    [Alias("open")]
    Task<Result<McpSessionView>> OpenAsync(OpenMcpSession command, Caller caller);

    [Alias("use")]
    Task<Result<McpSessionView>> UseAsync(Caller caller);

    [Alias("close")]
    Task<Problem?> CloseAsync(Caller caller);

    [Alias("set-log-level")]
    Task<Problem?> SetLogLevelAsync(McpLogLevel level, Caller caller);

    /// <summary>At most <see cref="MaxSubscriptions"/>; a repeated one changes nothing.</summary>
    [Alias("subscribe")]
    Task<Problem?> SubscribeAsync(string uri, Caller caller);

    [Alias("unsubscribe")]
    Task<Problem?> UnsubscribeAsync(string uri, Caller caller);

    /// <summary>
    /// From now on the node hears of answers to, or the cancellation of, the named request; renewed by calling again, lapses after 60 s.
    /// An answer that came before is delivered at once.
    /// </summary>
    [Alias("attach"), AlwaysInterleave]
    Task<Problem?> AttachAsync(string request, IMcpNode node, Caller caller);

    [Alias("detach"), AlwaysInterleave]
    Task DetachAsync(string request);

    /// <summary>A client's response to a request of the server's; true when somebody waited for it.</summary>
    [Alias("answer"), AlwaysInterleave]
    Task<Result<bool>> AnswerAsync(string request, byte[] message, Caller caller);

    /// <summary>A client's cancellation of its own request; true when it ran.</summary>
    [Alias("cancel"), AlwaysInterleave]
    Task<Result<bool>> CancelAsync(string request, Caller caller);
}

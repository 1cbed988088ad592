using System.Net.WebSockets;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Sockets;

/// <summary>Why a connection ends, and what its client is told (docs/websocket.md).</summary>
/// <param name="Code">The close code; zero when no close frame can be sent any more.</param>
/// <param name="Reason">At most 123 bytes of ASCII.</param>
/// <param name="Forced">For the audit trail; null when the client ended it or the server stops.</param>
internal sealed record SocketEnd(int Code, string Reason, ProblemCode? Forced = null)
{
    public static SocketEnd ByClient { get; } = new((int)WebSocketCloseStatus.NormalClosure, "");

    public static SocketEnd Lost { get; } = new(0, "");

    public static SocketEnd ServerStops { get; } = new((int)WebSocketCloseStatus.EndpointUnavailable, "The server stops.");

    public static SocketEnd Idle { get; } = new((int)WebSocketCloseStatus.NormalClosure, "Idle.", ProblemCode.Timeout);

    public static SocketEnd NotText { get; } = new((int)WebSocketCloseStatus.InvalidMessageType, "Only text messages.", ProblemCode.InvalidRequest);

    /// <summary>Invalid UTF-8 (1007) or a broken frame (1002): the protocol's own layer has sent the close frame.</summary>
    public static SocketEnd Broken { get; } = new(0, "", ProblemCode.Malformed);

    public static SocketEnd TooLarge { get; } = new((int)WebSocketCloseStatus.MessageTooBig, $"A message has at most {SocketWire.MaxMessage} bytes.", ProblemCode.TooLarge);

    public static SocketEnd SlowMessage { get; } = new((int)WebSocketCloseStatus.PolicyViolation, "A message took too long to arrive.", ProblemCode.Timeout);

    public static SocketEnd SlowReader { get; } = new(0, "", ProblemCode.Timeout);

    public static SocketEnd Flood { get; } = new((int)WebSocketCloseStatus.PolicyViolation, "Too many messages over the rate limit.", ProblemCode.RateLimited);

    /// <summary>1013, Try Again Later.</summary>
    public static SocketEnd Unverified { get; } = new(1013, "The credential cannot be verified at the moment.", ProblemCode.Unavailable);

    public static SocketEnd Failed { get; } = new((int)WebSocketCloseStatus.InternalServerError, "Internal error.", ProblemCode.Internal);

    /// <summary>The credential or the tenant is not good any more. RFC 6455, 7.4.2: 4000-4999 are for private use; ours are HTTP's statuses plus 4000.</summary>
    public static SocketEnd For(Problem problem) => problem.Code switch
    {
        ProblemCode.Unauthenticated => new SocketEnd(4401, "The credential is not valid any more.", problem.Code),
        ProblemCode.TenantSuspended => new SocketEnd(4403, "The tenant is suspended.", problem.Code),
        ProblemCode.TenantNotFound => new SocketEnd(4404, "No such tenant.", problem.Code),
        ProblemCode.Unavailable => Unverified,
        ProblemCode.TooLarge => new SocketEnd(TooLarge.Code, problem.Detail, problem.Code),
        _ => Failed,
    };
}

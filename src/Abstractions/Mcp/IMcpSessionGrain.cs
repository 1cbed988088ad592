using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Mcp;

/// <summary>What <c>initialize</c> agreed on.</summary>
[GenerateSerializer, Alias("mcp-session-view"), Immutable]
public sealed record McpSessionView
{
    [Id(0)] public required string ProtocolVersion { get; init; }
    [Id(1)] public required string Principal { get; init; }
    [Id(2)] public string? ClientName { get; init; }
    [Id(3)] public string? ClientVersion { get; init; }
    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// A session of the <c>initialize</c> eras. Key: <c>{tenant}/{random 190-bit id}</c>: an id of another tenant names another grain, and an id of
/// another principal is refused, so a session id is never a credential.
/// </summary>
[Alias("mcp-session")]
public interface IMcpSessionGrain : IGrainWithStringKey
{
    [Alias("open")]
    Task<Result<McpSessionView>> OpenAsync(string protocolVersion, string? clientName, string? clientVersion, Caller caller);

    /// <summary><c>session-not-found</c> unless it is open and the caller's.</summary>
    [Alias("use")]
    Task<Result<McpSessionView>> UseAsync(Caller caller);

    [Alias("close")]
    Task<Problem?> CloseAsync(Caller caller);
}

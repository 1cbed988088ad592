using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.Mcp.Legacy;

/// <summary>
/// Sessions of the <c>initialize</c> eras behind HTTP. They are grains, so any node serves them; the tenant is in the grain's key and the principal is
/// checked on each use, so an id is worth nothing to anybody else and is never a credential.
/// </summary>
internal sealed class LegacySessions(TenantGrains grains, McpNode node, IOptions<ApiOptions> options, TimeProvider clock)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 32;
    private static readonly System.Buffers.SearchValues<char> AlphabetSet = System.Buffers.SearchValues.Create(Alphabet);

    /// <summary>2025-11-25, Session Management: no id is 400, an id that is not open is 404.</summary>
    public async ValueTask<Result<GrainSession>> EnterAsync(Caller caller, McpHeaders headers)
    {
        if (headers.SessionId is not { } id)
        {
            return Problem.InvalidRequest("Send initialize first, then its Mcp-Session-Id with every request; or use protocol version 2026-07-28 with _meta.");
        }

        if (!IsId(id))
        {
            return Missing();
        }

        if (!(await Session(caller, id).UseAsync(caller)).Try(out var view, out var ended))
        {
            return ended;
        }

        return headers.Version is null || string.Equals(headers.Version, view.ProtocolVersion, StringComparison.Ordinal)
            ? new GrainSession(grains, node, options.Value, clock, caller, id, view)
            : Problem.InvalidRequest("The header MCP-Protocol-Version is not the version this session agreed on.");
    }

    /// <summary>Opens a session of 190 random bits and answers its id.</summary>
    public async ValueTask<Result<string?>> OpenAsync(Caller caller, McpMessage message)
    {
        var id = NewId();
        var opened = await Session(caller, id).OpenAsync(
            new OpenMcpSession(McpVersions.Negotiate(message.RequestedVersion!), message.Features, Clip(message.ClientName), Clip(message.ClientVersion)), caller);
        return opened.Try(out _, out var refused) ? id : refused;
    }

    public async ValueTask<Problem?> CloseAsync(Caller caller, McpHeaders headers)
    {
        if (headers.SessionId is not { } id)
        {
            return Problem.InvalidRequest("The header Mcp-Session-Id is missing.");
        }

        return IsId(id) ? await Session(caller, id).CloseAsync(caller) : Missing();
    }

    /// <summary>190 random bits.</summary>
    public static string NewId() => RandomNumberGenerator.GetString(Alphabet, IdLength);

    public static string? Clip(string? text) => text is { Length: > 100 } ? text[..100] : text;

    private IMcpSessionGrain Session(Caller caller, string id) => grains.For(caller.Tenant).Get<IMcpSessionGrain>(id);

    private static bool IsId(string id) => id.Length == IdLength && !id.AsSpan().ContainsAnyExcept(AlphabetSet);

    private static Problem Missing() => new(ProblemCode.SessionNotFound, "Session not found");
}

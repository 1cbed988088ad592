using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Grains.Storage;

namespace Platform.Grains.Mcp;

public sealed record McpSessionState : IProjected
{
    public string ProtocolVersion { get; init; } = "";
    public string Principal { get; init; } = "";
    public string? ClientName { get; init; }
    public string? ClientVersion { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    [JsonIgnore]
    public string? Info => null;
}

[GrainType("mcp-session")]
internal sealed class McpSessionGrain(
    [PersistentState("session")] IPersistentState<McpSessionState> state,
    TimeProvider clock) : Grain, IMcpSessionGrain
{
    /// <summary>A session nobody used for a day is gone.</summary>
    private static readonly TimeSpan IdleLife = TimeSpan.FromDays(1);

    public async Task<Result<McpSessionView>> OpenAsync(string protocolVersion, string? clientName, string? clientVersion, Caller caller)
    {
        if (state.RecordExists)
        {
            return Problem.Conflict("The session exists.");
        }

        var now = clock.GetUtcNow();
        await state.SaveAsync(new McpSessionState
        {
            ProtocolVersion = protocolVersion,
            Principal = caller.Principal,
            ClientName = clientName,
            ClientVersion = clientVersion,
            CreatedAt = now,
            ExpiresAt = now + IdleLife,
        });
        return View();
    }

    public async Task<Result<McpSessionView>> UseAsync(Caller caller)
    {
        var now = clock.GetUtcNow();
        if (!IsOpenFor(caller, now))
        {
            if (!state.RecordExists)
            {
                // A made-up id must not stay in memory.
                DeactivateOnIdle();
            }

            return Missing();
        }

        // Written at most once an hour: the deadline is a day, nobody minds the difference.
        if (state.State.ExpiresAt - now < IdleLife - TimeSpan.FromHours(1))
        {
            await state.SaveAsync(state.State with { ExpiresAt = now + IdleLife });
        }

        return View();
    }

    public async Task<Problem?> CloseAsync(Caller caller)
    {
        if (!IsOpenFor(caller, clock.GetUtcNow()))
        {
            return Missing();
        }

        await state.ClearStateAsync();
        state.State = new McpSessionState();
        DeactivateOnIdle();
        return null;
    }

    private bool IsOpenFor(Caller caller, DateTimeOffset now) =>
        state.RecordExists && now < state.State.ExpiresAt && string.Equals(state.State.Principal, caller.Principal, StringComparison.Ordinal);

    private static Problem Missing() => new(ProblemCode.SessionNotFound, "Session not found");

    private McpSessionView View() => new()
    {
        ProtocolVersion = state.State.ProtocolVersion,
        Principal = state.State.Principal,
        ClientName = state.State.ClientName,
        ClientVersion = state.State.ClientVersion,
        CreatedAt = state.State.CreatedAt,
    };
}

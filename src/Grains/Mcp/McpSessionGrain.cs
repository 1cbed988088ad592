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
    public ClientFeatures Features { get; init; }
    public McpLogLevel LogLevel { get; init; }
    public string[] Subscriptions { get; init; } = [];

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

    private readonly AttachedRequests _attached = new();
    private McpSessionView? _view;

    public async Task<Result<McpSessionView>> OpenAsync(OpenMcpSession command, Caller caller)
    {
        if (state.RecordExists)
        {
            return Problem.Conflict("The session exists.");
        }

        var now = clock.GetUtcNow();
        await SaveAsync(new McpSessionState
        {
            ProtocolVersion = command.ProtocolVersion,
            Principal = caller.Principal,
            ClientName = command.ClientName,
            ClientVersion = command.ClientVersion,
            Features = command.Features,
            LogLevel = McpLogLevel.Info,
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
            return Missing();
        }

        // Written at most once an hour: the deadline is a day, nobody minds the difference.
        if (state.State.ExpiresAt - now < IdleLife - TimeSpan.FromHours(1))
        {
            await SaveAsync(state.State with { ExpiresAt = now + IdleLife });
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
        await _attached.CancelAllAsync(Key);
        DeactivateOnIdle();
        return null;
    }

    public async Task<Problem?> SetLogLevelAsync(McpLogLevel level, Caller caller)
    {
        if (!IsOpenFor(caller, clock.GetUtcNow()))
        {
            return Missing();
        }

        await SaveAsync(state.State with { LogLevel = level });
        return null;
    }

    public async Task<Problem?> SubscribeAsync(string uri, Caller caller)
    {
        if (!IsOpenFor(caller, clock.GetUtcNow()))
        {
            return Missing();
        }

        var held = state.State.Subscriptions;
        if (held.Contains(uri, StringComparer.Ordinal))
        {
            return null;
        }

        if (held.Length >= IMcpSessionGrain.MaxSubscriptions)
        {
            return Problem.InvalidParams($"A session may subscribe to {IMcpSessionGrain.MaxSubscriptions} resources; unsubscribe from one first.");
        }

        await SaveAsync(state.State with { Subscriptions = [.. held.Append(uri).Order(StringComparer.Ordinal)] });
        await _attached.NudgeAsync(Key, IMcpSessionGrain.Listening);
        return null;
    }

    public async Task<Problem?> UnsubscribeAsync(string uri, Caller caller)
    {
        if (!IsOpenFor(caller, clock.GetUtcNow()))
        {
            return Missing();
        }

        if (state.State.Subscriptions.Contains(uri, StringComparer.Ordinal))
        {
            await SaveAsync(state.State with { Subscriptions = [.. state.State.Subscriptions.Where(held => !string.Equals(held, uri, StringComparison.Ordinal))] });
            await _attached.NudgeAsync(Key, IMcpSessionGrain.Listening);
        }

        return null;
    }

    public async Task<Problem?> AttachAsync(string request, IMcpNode node, Caller caller)
    {
        var now = clock.GetUtcNow();
        if (!IsOpenFor(caller, now))
        {
            return Missing();
        }

        return await _attached.AttachAsync(Key, request, node, now)
            ? null
            : Problem.Conflict("Too many requests of this session run at once.");
    }

    public Task DetachAsync(string request)
    {
        _attached.Detach(request);
        return Task.CompletedTask;
    }

    public async Task<Result<bool>> AnswerAsync(string request, byte[] message, Caller caller)
    {
        var now = clock.GetUtcNow();
        return IsOpenFor(caller, now) ? await _attached.AnswerAsync(Key, request, message, now) : Missing();
    }

    public async Task<Result<bool>> CancelAsync(string request, Caller caller)
    {
        var now = clock.GetUtcNow();
        return IsOpenFor(caller, now) ? await _attached.CancelAsync(Key, request, now) : Missing();
    }

    private string Key => this.GetPrimaryKeyString();

    private bool IsOpenFor(Caller caller, DateTimeOffset now)
    {
        if (!state.RecordExists)
        {
            // A made-up id must not stay in memory.
            DeactivateOnIdle();
            return false;
        }

        return now < state.State.ExpiresAt && string.Equals(state.State.Principal, caller.Principal, StringComparison.Ordinal);
    }

    private async Task SaveAsync(McpSessionState next)
    {
        await state.SaveAsync(next);
        _view = null;
    }

    private static Problem Missing() => new(ProblemCode.SessionNotFound, "Session not found");

    private McpSessionView View() => _view ??= new McpSessionView
    {
        ProtocolVersion = state.State.ProtocolVersion,
        Principal = state.State.Principal,
        ClientName = state.State.ClientName,
        ClientVersion = state.State.ClientVersion,
        CreatedAt = state.State.CreatedAt,
        Features = state.State.Features,
        LogLevel = state.State.LogLevel,
        Subscriptions = state.State.Subscriptions,
    };
}

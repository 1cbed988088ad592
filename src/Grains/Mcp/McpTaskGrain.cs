using System.Text;
using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Mcp;

public sealed record McpTaskState : IProjected
{
    public string Principal { get; init; } = "";
    public string Tool { get; init; } = "";
    public McpTaskStatus Status { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public TimeSpan Ttl { get; init; }
    public TimeSpan PollInterval { get; init; }
    public McpInput[] Outstanding { get; init; } = [];
    public McpInput[] Answered { get; init; } = [];

    /// <summary>Every key that was ever asked under: none may come twice.</summary>
    public string[] Keys { get; init; } = [];
    public byte[]? Outcome { get; init; }

    [JsonIgnore]
    public string? Info => null;

    [JsonIgnore]
    public DateTimeOffset? ExpiresAt => CreatedAt == default ? null : CreatedAt + Ttl;
}

[GrainType("mcp-task")]
internal sealed class McpTaskGrain(
    [PersistentState("task")] IPersistentState<McpTaskState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, IMcpTaskGrain
{
    private const int MaxKeys = 200;
    private static readonly TimeSpan LongestTtl = TimeSpan.FromHours(24);
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(15);

    private static readonly byte[] Interrupted =
        """{"code":-32603,"message":"Internal server error.","data":{"code":"interrupted"}}"""u8.ToArray();

    private DateTimeOffset _beat;
    private TaskCompletionSource _news = NewSource();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _beat = clock.GetUtcNow();
        return Task.CompletedTask;
    }

    public async Task<Result<McpTaskView>> CreateAsync(CreateMcpTask command, Caller caller)
    {
        if (state.RecordExists)
        {
            return Problem.Conflict("The task exists.");
        }

        if (command.Ttl < TimeSpan.FromSeconds(1) || command.Ttl > LongestTtl)
        {
            return Problem.InvalidParams("A task lives 1 second to 24 hours.");
        }

        var now = clock.GetUtcNow();
        _beat = now;
        await state.SaveAsync(new McpTaskState
        {
            Principal = caller.Principal,
            Tool = command.Tool,
            Status = McpTaskStatus.Working,
            CreatedAt = now,
            UpdatedAt = now,
            Ttl = command.Ttl,
            PollInterval = command.PollInterval,
        });
        return View();
    }

    public async Task<Result<McpTaskView>> GetAsync(Caller caller)
    {
        if (!IsOf(caller))
        {
            return Missing();
        }

        if (!IsOver && clock.GetUtcNow() - _beat > Silence)
        {
            await ChangeAsync(state.State with { Status = McpTaskStatus.Failed, Message = "The node that ran this task stopped.", Outcome = Interrupted, Outstanding = [] });
        }

        return View();
    }

    public async Task<Problem?> UpdateAsync(McpInput[] responses, Caller caller)
    {
        if (!IsOf(caller))
        {
            return Missing();
        }

        var asked = state.State.Outstanding.Select(request => request.Key).ToHashSet(StringComparer.Ordinal);
        var fitting = responses.Where(response => asked.Remove(response.Key)).ToArray();
        if (fitting.Length == 0 || IsOver)
        {
            return null;
        }

        var left = state.State.Outstanding.Where(request => asked.Contains(request.Key)).ToArray();
        await ChangeAsync(state.State with
        {
            Outstanding = left,
            Answered = [.. state.State.Answered, .. fitting],
            Status = left.Length == 0 ? McpTaskStatus.Working : McpTaskStatus.InputRequired,
        });
        return null;
    }

    public async Task<Problem?> CancelAsync(Caller caller)
    {
        if (!IsOf(caller))
        {
            return Missing();
        }

        if (!IsOver)
        {
            await ChangeAsync(state.State with { Status = McpTaskStatus.Cancelled, Message = "Cancelled by the client.", Outstanding = [], Answered = [] });
        }

        return null;
    }

    public async Task ReportAsync(string message, Caller caller)
    {
        _beat = clock.GetUtcNow();
        if (IsOf(caller) && !IsOver)
        {
            await ChangeAsync(state.State with { Message = message.Length > 500 ? message[..500] : message });
        }
    }

    public async Task<bool> AskAsync(McpInput[] requests, Caller caller)
    {
        _beat = clock.GetUtcNow();
        var keys = state.State.Keys.Concat(requests.Select(request => request.Key)).ToArray();
        if (!IsOf(caller) || IsOver || requests.Length == 0 || keys.Length > MaxKeys || keys.Distinct(StringComparer.Ordinal).Count() != keys.Length)
        {
            return false;
        }

        await ChangeAsync(state.State with { Status = McpTaskStatus.InputRequired, Outstanding = requests, Answered = [], Keys = keys });
        return true;
    }

    public async Task FinishAsync(McpTaskStatus status, string? message, byte[]? outcome, Caller caller)
    {
        if (!IsOf(caller) || IsOver)
        {
            return;
        }

        await ChangeAsync(outcome?.Length > IMcpTaskGrain.MaxOutcome
            ? state.State with { Status = McpTaskStatus.Failed, Message = "The result is too large to be kept.", Outcome = TooLarge(), Outstanding = [], Answered = [] }
            : state.State with { Status = status, Message = message, Outcome = outcome, Outstanding = [], Answered = [] });
    }

    public async Task<McpTaskNews> AwaitAsync(TimeSpan patience, Caller caller)
    {
        _beat = clock.GetUtcNow();
        if (Told(caller) is { } told)
        {
            return told;
        }

        try
        {
            await _news.Task.WaitAsync(patience < LongestPatience ? patience : LongestPatience, clock);
        }
        catch (TimeoutException)
        {
            // Nothing new.
        }

        _beat = clock.GetUtcNow();
        return Told(caller) ?? new McpTaskNews(IsCancelled: false, Responses: null);
    }

    private McpTaskNews? Told(Caller caller)
    {
        if (!IsOf(caller) || IsOver)
        {
            return new McpTaskNews(IsCancelled: true, Responses: null);
        }

        return state.State.Outstanding.Length == 0 && state.State.Answered.Length > 0 ? new McpTaskNews(IsCancelled: false, state.State.Answered) : null;
    }

    private bool IsOver => state.State.Status is McpTaskStatus.Completed or McpTaskStatus.Failed or McpTaskStatus.Cancelled;

    private bool IsOf(Caller caller)
    {
        if (!state.RecordExists)
        {
            DeactivateOnIdle();
            return false;
        }

        return clock.GetUtcNow() < state.State.ExpiresAt && string.Equals(state.State.Principal, caller.Principal, StringComparison.Ordinal);
    }

    private async Task ChangeAsync(McpTaskState next)
    {
        await state.SaveAsync(next with { UpdatedAt = clock.GetUtcNow() });
        var news = _news;
        _news = NewSource();
        news.TrySetResult();
        await grains.For(GrainContext.TenantOf()).The<ICatalogueGrain>().PublishAsync([new CatalogueChange(CatalogueChangeKind.Task, GrainContext.RestOf())]);
    }

    private McpTaskView View() => new()
    {
        Id = GrainContext.RestOf(),
        Status = state.State.Status,
        Message = state.State.Message,
        CreatedAt = state.State.CreatedAt,
        UpdatedAt = state.State.UpdatedAt,
        Ttl = state.State.Ttl,
        PollInterval = state.State.PollInterval,
        Requests = state.State.Outstanding,
        Outcome = state.State.Outcome,
    };

    private static byte[] TooLarge() =>
        Encoding.UTF8.GetBytes($$$"""{"code":-32603,"message":"The result is larger than {{{IMcpTaskGrain.MaxOutcome}}} bytes.","data":{"code":"too-large"}}""");

    private static Problem Missing() => Problem.InvalidParams("Task not found");

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

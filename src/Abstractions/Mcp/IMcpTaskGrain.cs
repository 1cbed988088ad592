using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Mcp;

/// <summary>States of the extension <c>io.modelcontextprotocol/tasks</c>.</summary>
public enum McpTaskStatus
{
    Failed = 0,
    Working = 1,
    InputRequired = 2,
    Completed = 3,
    Cancelled = 4,
}

/// <summary>A request of the server's to the client, or the client's response to one, under its key.</summary>
/// <param name="Key">Unique over the life of the task; 1 to 100 characters.</param>
/// <param name="Json">A JSON object.</param>
[GenerateSerializer, Alias("mcp-input"), Immutable]
public sealed record McpInput([property: Id(0)] string Key, [property: Id(1)] byte[] Json);

/// <summary>Creates a task.</summary>
/// <param name="Tool">The tool that runs.</param>
/// <param name="Ttl">Life from creation: 1 s to 24 h.</param>
/// <param name="PollInterval">How often clients are told to ask.</param>
[GenerateSerializer, Alias("create-mcp-task"), Immutable]
public sealed record CreateMcpTask([property: Id(0)] string Tool, [property: Id(1)] TimeSpan Ttl, [property: Id(2)] TimeSpan PollInterval);

/// <summary>A task as its owner sees it.</summary>
[GenerateSerializer, Alias("mcp-task-view"), Immutable]
public sealed record McpTaskView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required McpTaskStatus Status { get; init; }
    [Id(2)] public string? Message { get; init; }
    [Id(3)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(4)] public required DateTimeOffset UpdatedAt { get; init; }
    [Id(5)] public required TimeSpan Ttl { get; init; }
    [Id(6)] public required TimeSpan PollInterval { get; init; }

    /// <summary>Outstanding requests, while <see cref="McpTaskStatus.InputRequired"/>.</summary>
    [Id(7)] public McpInput[] Requests { get; init; } = [];

    /// <summary>The result or the JSON-RPC error as a JSON object, once completed or failed; null otherwise.</summary>
    [Id(8)] public byte[]? Outcome { get; init; }
}

/// <summary>What the node that runs a task wants to know.</summary>
/// <param name="IsCancelled">The owner asked for an end, or the task is over or gone.</param>
/// <param name="Responses">All answers to what was asked last, when none is outstanding; null while some are.</param>
[GenerateSerializer, Alias("mcp-task-news"), Immutable]
public sealed record McpTaskNews([property: Id(0)] bool IsCancelled, [property: Id(1)] McpInput[]? Responses);

/// <summary>
/// A task. Key: <c>{tenant}/{random 190-bit id}</c>; only the principal that made it may see or change it, everybody else is told that it does not exist.
/// Durable before it is acknowledged, so any node answers for it.
/// </summary>
[Alias("mcp-task")]
public interface IMcpTaskGrain : IGrainWithStringKey
{
    /// <summary>Most bytes of a result that is kept.</summary>
    const int MaxOutcome = 4 * 1024 * 1024;

    [Alias("create")]
    Task<Result<McpTaskView>> CreateAsync(CreateMcpTask command, Caller caller);

    [Alias("get"), AlwaysInterleave]
    Task<Result<McpTaskView>> GetAsync(Caller caller);

    /// <summary>Answers to outstanding requests; others are ignored.</summary>
    [Alias("update")]
    Task<Problem?> UpdateAsync(McpInput[] responses, Caller caller);

    /// <summary>Asks for an end; an ended task stays as it is.</summary>
    [Alias("cancel")]
    Task<Problem?> CancelAsync(Caller caller);

    /// <summary>From the node that runs it: a sentence about what it does.</summary>
    [Alias("report")]
    Task ReportAsync(string message, Caller caller);

    /// <summary>From the node that runs it: it cannot go on without these. False when a key was used before or the task is over.</summary>
    [Alias("ask")]
    Task<bool> AskAsync(McpInput[] requests, Caller caller);

    /// <summary>From the node that runs it: it is over. An outcome above <see cref="MaxOutcome"/> fails it.</summary>
    [Alias("finish")]
    Task FinishAsync(McpTaskStatus status, string? message, byte[]? outcome, Caller caller);

    /// <summary>From the node that runs it, at least every 30 s; waits up to <paramref name="patience"/> for news. A task nobody asks about for a minute has failed.</summary>
    [Alias("await"), AlwaysInterleave]
    Task<McpTaskNews> AwaitAsync(TimeSpan patience, Caller caller);
}

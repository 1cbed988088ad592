using System.Text.Json;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Backends;

/// <summary>How a tool stands to the extension <c>io.modelcontextprotocol/tasks</c>.</summary>
internal enum TaskSupport
{
    /// <summary>It answers when it is done.</summary>
    None = 0,

    /// <summary>It becomes a task for clients that know tasks, and answers when it is done for the others.</summary>
    Optional = 1,

    /// <summary>It is a task or nothing.</summary>
    Required = 2,
}

/// <summary>What work that runs as a task may do on the way.</summary>
internal interface ITaskContext
{
    /// <summary>A sentence for whoever asks how it stands.</summary>
    ValueTask ReportAsync(string message);

    /// <summary>Waits until the client has answered all of these. Keys are unique over the life of the task.</summary>
    /// <exception cref="OperationCanceledException">The task was cancelled or has ended.</exception>
    ValueTask<Result<InputResponses>> AskAsync(IReadOnlyList<InputRequest> requests, CancellationToken cancel);
}

/// <summary>A backend would rather go on as a task. Whether it may depends on the client.</summary>
/// <param name="run">The work; its result is a <see cref="ToolResult"/>.</param>
/// <param name="ttl">How long the task and its result are kept, from its creation: 1 s to 24 h.</param>
/// <param name="pollInterval">How often clients are told to ask.</param>
internal sealed class TaskWork(Func<ITaskContext, CancellationToken, ValueTask<Result<McpResult>>> run, TimeSpan ttl, TimeSpan pollInterval) : McpResult
{
    public TimeSpan Ttl => ttl;

    public TimeSpan PollInterval => pollInterval;

    public ValueTask<Result<McpResult>> RunAsync(ITaskContext context, CancellationToken cancel) => run(context, cancel);

    public override void Write(Utf8JsonWriter writer, McpEra era) => throw new InvalidOperationException("Work is not an answer.");
}

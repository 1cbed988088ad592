using Platform.Api.Validation;
using System.Text;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Tests.Support;

/// <summary>Tools that do what the built-in ones do not: report, ask, wait, and go on as tasks.</summary>
internal sealed class SampleBackend : IMcpBackend
{
    private static readonly InputRequest Name = InputRequest.Elicit("name", "What is your name?", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}""");
    private readonly TaskCompletionSource _callStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _jobStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        Tool("say", """{"type":"object","properties":{"message":{"type":"string"}},"required":["message"]}"""),
        Tool("ask"),
        Tool("hang"),
        Tool("fail"),
        Tool("break"),
        Tool("reusable"),
        Tool("once"),
        Tool("job", tasks: TaskSupport.Optional),
        Tool("shapes", output: """{"type":"object","properties":{"sides":{"type":"integer"}},"required":["sides"]}"""),
    ];

    /// <summary>Completes when a call of <c>hang</c> was told to stop.</summary>
    public Task CallStopped => _callStopped.Task;

    /// <summary>Completes when a <c>job</c> was told to stop while it waited for its answer.</summary>
    public Task JobStopped => _jobStopped.Task;

    public bool Serves(TenantView tenant) => true;

    public async ValueTask<Result<McpResult>> CallToolAsync(BackendCall call, CancellationToken cancel)
    {
        switch (call.Name)
        {
            case "say":
                await call.Request.ReportProgressAsync(1, 2, "halfway");
                await call.Request.LogAsync(McpLogLevel.Warning, "sample", "saying");
                return ToolResult.Text(JsonMember.Text(call.Arguments.Span, "message"u8)!);
            case "ask":
                var answer = call.Inputs.Answer(Name);
                return answer.IsEmpty ? new InputRequired([Name]) : ToolResult.Text($"Hello, {NameIn(answer)}!");
            case "hang":
                await HangAsync(cancel);
                return ToolResult.Text("Nobody stopped me.");
            case "fail":
                return ToolResult.Failed("It failed.");
            case "break":
                throw new InvalidOperationException("The sample breaks.");
            case "job":
                return new TaskWork(JobAsync, TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(100));
            case "shapes":
                return ToolResult.Text("A square.", writer => writer.WriteNumber("sides"u8, 4));
            default:
                return Stateful(call);
        }
    }

    private static Result<McpResult> Stateful(BackendCall call) => call.State.Span.SequenceEqual("asked"u8)
        ? ToolResult.Text("The state came back.")
        : new InputRequired([Name], "asked"u8.ToArray(), isSingleUse: call.Name == "once");

    private async Task HangAsync(CancellationToken cancel)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        }
        catch (OperationCanceledException)
        {
            _callStopped.TrySetResult();
            throw;
        }
    }

    private async ValueTask<Result<McpResult>> JobAsync(ITaskContext task, CancellationToken end)
    {
        await task.ReportAsync("Asking.");
        try
        {
            return (await task.AskAsync([Name], end)).Try(out var inputs, out var refused) ? ToolResult.Text($"Hello, {NameIn(inputs.Answer(Name))}!") : refused;
        }
        catch (OperationCanceledException)
        {
            _jobStopped.TrySetResult();
            throw;
        }
    }

    private static string NameIn(ReadOnlyMemory<byte> answer) =>
        JsonMember.TryFind(answer.Span, "content"u8, out var content) ? JsonMember.Text(content, "name"u8)! : "nobody";

    private static ToolDefinition Tool(string name, string schema = """{"type":"object","properties":{}}""", TaskSupport tasks = TaskSupport.None, string? output = null) =>
        new(name, name, $"The sample tool {name}.", Encoding.UTF8.GetBytes(schema), readOnly: true)
        {
            Tasks = tasks,
            OutputSchema = output is null ? null : Encoding.UTF8.GetBytes(output),
        };
}

using Platform.Api.Validation;
using System.Collections.Concurrent;
using System.Text;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Tests.Mcp.Support;

/// <summary>A backend that asks, waits, reports and misbehaves as its caller tells it.</summary>
internal sealed class TestBackend : IMcpBackend
{
    private const string Person = """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}""";
    private static readonly InputRequest Who = InputRequest.Elicit("who", "Who is there?", Person);
    private static readonly InputRequest Whom = InputRequest.Elicit("whom", "Whom for?", Person);
    private readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>Where a call with this key waits, and what became of it.</summary>
    internal sealed class Gate
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>True when the call left because its token was cancelled.</summary>
        public TaskCompletionSource<bool> Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        Tool("ask"), Tool("ask_once"), Tool("ask_other"), Tool("ask_all"),
        Tool("noisy"), Tool("slow"), Tool("slow_fail"), Tool("dirty"),
        new("job", "job", "job", "{}"u8, readOnly: false) { Tasks = TaskSupport.Required },
        new("maybe", "maybe", "maybe", "{}"u8, readOnly: false) { Tasks = TaskSupport.Optional },
        new("shaped", "shaped", "shaped", "{}"u8, readOnly: true)
        {
            OutputSchema = """{"type":"object","properties":{"value":{"type":"integer"}},"required":["value"]}"""u8.ToArray(),
        },
        new("routed", "routed", "routed", """
            {"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"count":{"type":"integer","x-mcp-header":"Count"},"dry":{"type":"boolean","x-mcp-header":"Dry"},
            "where":{"type":"object","properties":{"zone":{"type":"string","x-mcp-header":"Zone"}}}}}
            """u8, readOnly: true),
    ];

    public IReadOnlyList<PromptDefinition> Prompts { get; } = [new("ask", "ask", "ask", [])];

    public Gate GateOf(string key) => _gates.GetOrAdd(key, static _ => new Gate());

    public bool Serves(TenantView tenant) => true;

    public ValueTask<Result<McpResult>> GetPromptAsync(BackendCall call, CancellationToken cancel) => ValueTask.FromResult(Ask(call, [Who]));

    public ValueTask<Result<McpResult>> CallToolAsync(BackendCall call, CancellationToken cancel) => call.Name switch
    {
        "ask" or "ask_other" => ValueTask.FromResult(Ask(call, [Who])),
        "ask_once" => ValueTask.FromResult(Ask(call, [Who], isSingleUse: true)),
        "ask_all" => ValueTask.FromResult(Ask(call, [Who, InputRequest.Sample("sample", "Say something.", 10), InputRequest.Roots("roots")])),
        "noisy" => NoisyAsync(call),
        "slow" => SlowAsync(call, ToolResult.Text("done"), cancel),
        "slow_fail" => SlowAsync(call, new Problem(ProblemCode.UpstreamFailed, "It broke."), cancel),
        "dirty" => ValueTask.FromResult<Result<McpResult>>(ToolResult.Text("a\u001b[31mb\0c\ud800d\u009be\tf\n\ud83d\ude00")),
        "shaped" => ValueTask.FromResult<Result<McpResult>>(Shaped(call)),
        "job" or "maybe" => ValueTask.FromResult<Result<McpResult>>(new TaskWork((task, end) => WorkAsync(call, task, end), TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(50))),
        _ => ValueTask.FromResult<Result<McpResult>>(ToolResult.Text("routed")),
    };

    private static ToolDefinition Tool(string name) => new(name, name, name, "{}"u8, readOnly: true);

    private static Result<McpResult> Ask(BackendCall call, InputRequest[] requests, bool isSingleUse = false)
    {
        foreach (var request in requests)
        {
            if (call.Inputs.Answer(request).IsEmpty)
            {
                return new InputRequired(requests, "left behind"u8.ToArray(), isSingleUse);
            }
        }

        return ToolResult.Text($"{NameIn(call.Inputs, Who)}/{Encoding.UTF8.GetString(call.State.Span)}");
    }

    private static string NameIn(InputResponses inputs, InputRequest asked) =>
        JsonMember.TryFind(inputs.Answer(asked).Span, "content"u8, out var content) ? JsonMember.Text(content, "name"u8)! : "nobody";

    private static async ValueTask<Result<McpResult>> NoisyAsync(BackendCall call)
    {
        await call.Request.ReportProgressAsync(1, 2, "half \u001b[31mway");
        await call.Request.LogAsync(McpLogLevel.Debug, "test", "a detail");
        await call.Request.LogAsync(McpLogLevel.Warning, "test", "a warning");
        await call.Request.ReportProgressAsync(2, 2);
        return ToolResult.Text("quiet now");
    }

    private static ToolResult Shaped(BackendCall call) => JsonMember.Text(call.Arguments.Span, "mode"u8) switch
    {
        "good" => ToolResult.Text("1", writer => writer.WriteNumber("value"u8, 1)),
        "bad" => ToolResult.Text("x", writer => writer.WriteString("value"u8, "x")),
        _ => ToolResult.Text("nothing"),
    };

    private async ValueTask<Result<McpResult>> SlowAsync(BackendCall call, Result<McpResult> outcome, CancellationToken cancel)
    {
        await PassAsync(call, cancel);
        return outcome;
    }

    private async Task PassAsync(BackendCall call, CancellationToken cancel)
    {
        var gate = GateOf(JsonMember.Text(call.Arguments.Span, "key"u8)!);
        gate.Entered.TrySetResult();
        try
        {
            await gate.Released.Task.WaitAsync(cancel);
            gate.Cancelled.TrySetResult(false);
        }
        catch (OperationCanceledException)
        {
            gate.Cancelled.TrySetResult(true);
            throw;
        }
    }

    private async ValueTask<Result<McpResult>> WorkAsync(BackendCall call, ITaskContext task, CancellationToken end)
    {
        switch (JsonMember.Text(call.Arguments.Span, "mode"u8))
        {
            case "wait":
                await task.ReportAsync("waiting \u001b[31m");
                await PassAsync(call, end);
                return ToolResult.Text("worked");
            case "ask":
                return (await task.AskAsync([Who, Whom], end)).Try(out var inputs, out var refused)
                    ? ToolResult.Text($"{NameIn(inputs, Who)} for {NameIn(inputs, Whom)}")
                    : refused;
            case "fail":
                return new Problem(ProblemCode.UpstreamFailed, "It broke.");
            case "throw":
                throw new InvalidOperationException("secret detail");
            default:
                return ToolResult.Text("worked");
        }
    }
}

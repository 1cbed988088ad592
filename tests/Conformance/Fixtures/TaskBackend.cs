using Platform.Api.Validation;
using System.Globalization;
using System.Text;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp;
using Platform.Api.Mcp.Backends;

namespace Platform.Conformance.Fixtures;

/// <summary>Tools that run as tasks.</summary>
internal sealed class TaskBackend : IMcpBackend
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly InputRequest Name = InputRequest.Elicit("user_name", "What is your name?", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}""");
    private static readonly InputRequest Sure = InputRequest.Elicit("confirm", "Delete it?", """{"type":"object","properties":{"confirm":{"type":"boolean"}}}""");
    private static readonly InputRequest First = InputRequest.Elicit("first", "The first?", """{"type":"object","properties":{}}""");
    private static readonly InputRequest Second = InputRequest.Elicit("second", "The second?", """{"type":"object","properties":{}}""");

    public IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        Fixture.Tool("slow_compute", "Takes its time.", """{"type":"object","properties":{"seconds":{"type":"number","minimum":0,"maximum":60}}}""", TaskSupport.Optional),
        Fixture.Tool("failing_job", "Fails after a second.", tasks: TaskSupport.Required),
        Fixture.Tool("protocol_error_job", "Breaks.", tasks: TaskSupport.Optional),
        Fixture.Tool("confirm_delete", "Asks before it deletes.", """{"type":"object","properties":{"filename":{"type":"string"}}}""", TaskSupport.Optional),
        Fixture.Tool("multi_input", "Asks two things at once.", tasks: TaskSupport.Optional),
        Fixture.Tool("test_tool_with_task", "Asks, then goes on as a task.", tasks: TaskSupport.Required),
    ];

    public bool Serves(TenantView tenant) => tenant.Slug == FixtureBackend.Tenant;

    public ValueTask<Result<McpResult>> CallToolAsync(BackendCall call, CancellationToken cancel) => ValueTask.FromResult(call.Name switch
    {
        "slow_compute" => Compute(call),
        "failing_job" => Work(async (_, end) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), end);
            return ToolResult.Failed("The job failed.");
        }),
        "protocol_error_job" => Work((_, _) => throw new InvalidOperationException("The fixture breaks.")),
        "confirm_delete" => Work((task, end) => AskAsync(task, [Sure], end)),
        "multi_input" => Work((task, end) => AskAsync(task, [First, Second], end)),
        _ => Escalate(call),
    });

    private static Result<McpResult> Compute(BackendCall call)
    {
        var seconds = JsonMember.TryFind(call.Arguments.Span, "seconds"u8, out var written) ? double.Parse(Encoding.ASCII.GetString(written), CultureInfo.InvariantCulture) : 1;
        return seconds == 0 ? Fixture.Text("Computed at once.") : Work(async (task, end) =>
        {
            await task.ReportAsync("Computing.");
            await Task.Delay(TimeSpan.FromSeconds(seconds), end);
            return Fixture.Text($"Computed for {seconds} s.");
        });
    }

    private static Result<McpResult> Escalate(BackendCall call)
    {
        var answer = call.Inputs.Answer(Name);
        var name = Fixture.Member(Fixture.Content(answer.IsEmpty ? "{}"u8.ToArray() : answer), "name");
        return answer.IsEmpty ? new InputRequired([Name]) : Work(async (_, end) =>
        {
            await Task.Delay(100, end);
            return Fixture.Text($"Hello, {name}!");
        });
    }

    private static async ValueTask<Result<McpResult>> AskAsync(ITaskContext task, IReadOnlyList<InputRequest> requests, CancellationToken end) =>
        (await task.AskAsync(requests, end)).Try(out var inputs, out var refused)
            ? Fixture.Text(string.Join(' ', requests.Select(request => Encoding.UTF8.GetString(inputs.Answer(request).Span))))
            : refused;

    private static Result<McpResult> Work(Func<ITaskContext, CancellationToken, ValueTask<Result<McpResult>>> run) => new TaskWork(run, Ttl, Poll);
}

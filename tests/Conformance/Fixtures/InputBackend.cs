using System.Text;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp;
using Platform.Api.Mcp.Backends;

namespace Platform.Conformance.Fixtures;

/// <summary>Tools and prompts that need something of the client: multi round-trip requests, and elicitation and sampling of the eras before.</summary>
internal sealed class InputBackend : IMcpBackend
{
    private const string NameSchema = """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}""";

    private const string Defaults =
        """
        {"type":"object","properties":{
          "name":{"type":"string","default":"John Doe"},"age":{"type":"integer","default":30},"score":{"type":"number","default":95.5},
          "status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},"verified":{"type":"boolean","default":true}}}
        """;

    private const string Enums =
        """
        {"type":"object","properties":{
          "untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
          "titledSingle":{"type":"string","oneOf":[{"const":"value1","title":"First Option"},{"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},
          "legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],"enumNames":["Option One","Option Two","Option Three"]},
          "untitledMulti":{"type":"array","items":{"type":"string","enum":["option1","option2","option3"]}},
          "titledMulti":{"type":"array","items":{"anyOf":[{"const":"value1","title":"First Choice"},{"const":"value2","title":"Second Choice"},{"const":"value3","title":"Third Choice"}]}}}}
        """;

    private static readonly InputRequest Name = InputRequest.Elicit("user_name", "What is your name?", NameSchema);
    private static readonly InputRequest Capital = InputRequest.Sample("capital_question", "What is the capital of France?", 100);
    private static readonly InputRequest Roots = InputRequest.Roots("client_roots");
    private static readonly InputRequest Confirm = InputRequest.Elicit("confirm", "Please confirm", """{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}""");
    private static readonly InputRequest Greeting = InputRequest.Sample("greeting", "Generate a greeting", 50);
    private static readonly InputRequest Step1 = InputRequest.Elicit("step1", "Step 1: What is your name?", NameSchema);
    private static readonly InputRequest Step2 = InputRequest.Elicit("step2", "Step 2: What is your favorite color?", """{"type":"object","properties":{"color":{"type":"string"}},"required":["color"]}""");
    private static readonly InputRequest Context = InputRequest.Elicit("user_context", "What context should the prompt use?", """{"type":"object","properties":{"context":{"type":"string"}},"required":["context"]}""");

    public IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        Fixture.Tool("test_input_required_result_elicitation", "Asks for a name."),
        Fixture.Tool("test_input_required_result_sampling", "Asks for a completion."),
        Fixture.Tool("test_input_required_result_list_roots", "Asks for roots."),
        Fixture.Tool("test_input_required_result_request_state", "Asks for a confirmation and leaves a state."),
        Fixture.Tool("test_input_required_result_multiple_inputs", "Asks for three things at once."),
        Fixture.Tool("test_input_required_result_multi_round", "Asks twice."),
        Fixture.Tool("test_input_required_result_tampered_state", "Leaves a state that must not be changed."),
        Fixture.Tool("test_input_required_result_capabilities", "Asks for what the client can do only."),
        Fixture.Tool("test_missing_capability", "Needs sampling."),
        Fixture.Tool("test_streaming_elicitation", "Reports and asks."),
        Fixture.Tool("test_sampling", "Asks for a completion.", """{"type":"object","properties":{"prompt":{"type":"string"}},"required":["prompt"]}"""),
        Fixture.Tool("test_elicitation", "Asks the user.", """{"type":"object","properties":{"message":{"type":"string"}},"required":["message"]}"""),
        Fixture.Tool("test_elicitation_sep1034_defaults", "Asks with defaults."),
        Fixture.Tool("test_elicitation_sep1330_enums", "Asks for choices."),
    ];

    public IReadOnlyList<PromptDefinition> Prompts { get; } =
        [new("test_input_required_result_prompt", "Prompt with input", "Asks for its context.", [])];

    public bool Serves(TenantView tenant) => tenant.Slug == FixtureBackend.Tenant;

    public async ValueTask<Result<McpResult>> CallToolAsync(BackendCall call, CancellationToken cancel)
    {
        switch (call.Name)
        {
            case "test_input_required_result_elicitation":
                return Ask(call, Name, answer => $"Hello, {Fixture.Member(Fixture.Content(answer), "name")}!");
            case "test_input_required_result_sampling":
                return Ask(call, Capital, answer => $"The model said: {Fixture.Member(Fixture.Content(answer), "text")}");
            case "test_missing_capability":
                return Ask(call, Capital, _ => "The client can sample.");
            case "test_input_required_result_list_roots":
                return Ask(call, Roots, answer => $"Roots: {Encoding.UTF8.GetString(answer.Span)}");
            case "test_input_required_result_request_state":
            case "test_input_required_result_tampered_state":
                return call.State.Span.SequenceEqual("confirming"u8) && !call.Inputs.Answer(Confirm).IsEmpty
                    ? Fixture.Text("state-ok")
                    : new InputRequired([Confirm], "confirming"u8.ToArray(), isSingleUse: call.Name.EndsWith("tampered_state", StringComparison.Ordinal));
            case "test_input_required_result_multiple_inputs":
                return call.State.IsEmpty || call.Inputs.Answer(Name).IsEmpty || call.Inputs.Answer(Greeting).IsEmpty || call.Inputs.Answer(Roots).IsEmpty
                    ? new InputRequired([Name, Greeting, Roots], "asked"u8.ToArray())
                    : Fixture.Text("All three were answered.");
            case "test_input_required_result_multi_round":
                return MultiRound(call);
            case "test_input_required_result_capabilities":
                return Possible(call);
            case "test_streaming_elicitation":
                await call.Request.ReportProgressAsync(1, 2);
                return Ask(call, Name, _ => "Thank you.");
            case "test_sampling":
                return Ask(call, InputRequest.Sample("sample", Fixture.Argument(call, "prompt"), 100), answer => $"LLM response: {Fixture.Member(Fixture.Content(answer), "text")}");
            case "test_elicitation":
                return Ask(call, InputRequest.Elicit("input", Fixture.Argument(call, "message"),
                    """{"type":"object","properties":{"username":{"type":"string","description":"User's response"},"email":{"type":"string","description":"User's email address"}},"required":["username","email"]}"""),
                    answer => $"User response: {Encoding.UTF8.GetString(answer.Span)}");
            case "test_elicitation_sep1034_defaults":
                return Ask(call, InputRequest.Elicit("input", "Please review the values.", Defaults), Completed);
            default:
                return Ask(call, InputRequest.Elicit("input", "Please choose.", Enums), Completed);
        }
    }

    public ValueTask<Result<McpResult>> GetPromptAsync(BackendCall call, CancellationToken cancel)
    {
        var answer = call.Inputs.Answer(Context);
        return ValueTask.FromResult<Result<McpResult>>(answer.IsEmpty
            ? new InputRequired([Context])
            : new PromptResult(ContentBlock.OfText($"Use this context: {Fixture.Member(Fixture.Content(answer), "context")}")));
    }

    private static Result<McpResult> Ask(BackendCall call, InputRequest request, Func<ReadOnlyMemory<byte>, string> done)
    {
        var answer = call.Inputs.Answer(request);
        return answer.IsEmpty ? new InputRequired([request]) : Fixture.Text(done(answer));
    }

    private static string Completed(ReadOnlyMemory<byte> answer) =>
        $"Elicitation completed: action={Fixture.Member(answer, "action")}, content={Encoding.UTF8.GetString(Fixture.Content(answer).Span)}";

    private static Result<McpResult> MultiRound(BackendCall call)
    {
        if (call.State.Span.SequenceEqual("two"u8) && !call.Inputs.Answer(Step2).IsEmpty)
        {
            return Fixture.Text("Both steps were answered.");
        }

        return call.State.Span.SequenceEqual("one"u8) && !call.Inputs.Answer(Step1).IsEmpty
            ? new InputRequired([Step2], "two"u8.ToArray())
            : new InputRequired([Step1], "one"u8.ToArray());
    }

    private static Result<McpResult> Possible(BackendCall call)
    {
        InputRequest[] possible = [.. new[] { Name, Capital, Roots }.Where(request => call.Request.Features.HasFlag(request.Feature))];
        return possible.Length == 0 || possible.All(request => !call.Inputs.Answer(request).IsEmpty) ? Fixture.Text("Nothing is left to ask.") : new InputRequired(possible);
    }
}

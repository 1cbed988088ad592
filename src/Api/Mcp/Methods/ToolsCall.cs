using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Api.Mcp.Tools;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>tools/call</c>. Arguments that the schema refuses are a result with <c>isError</c>, as the specification asks; an unknown tool is -32602.</summary>
internal sealed class ToolsCall(ToolCatalogue catalogue) : IMcpMethod
{
    private static readonly byte[] NoArguments = "{}"u8.ToArray();

    public string Name => "tools/call";

    public AuditClass Class => AuditClass.ToolExecution;

    public bool Serves(McpEra era) => true;

    public string? Target(McpMessage message) => message.Name;

    // Asked before the tool is looked up: who may not call it does not learn whether it exists.
    public Result<Needed?> Permission(McpMessage message) =>
        message.Name is { Length: > 0 } name ? new Needed("tools", "call", name) : Problem.InvalidParams("params.name is missing.");

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        var message = request.Message;
        if (!catalogue.TryFind(message.Name!, out var tool, out var toolset))
        {
            return ValueTask.FromResult<Result<McpResult>>(Problem.InvalidParams("Unknown tool."));
        }

        var arguments = message.Arguments.IsEmpty ? NoArguments : message.Arguments;
        SchemaError error = default;
        if (!tool.Schema.Validate(arguments.Span, ref error))
        {
            return ValueTask.FromResult<Result<McpResult>>(ToolResult.Failed(Problem.InvalidParams($"Invalid arguments: {(error.Path.Length == 0 ? "the object" : error.Path)} {error.Message}.")));
        }

        var call = toolset.CallAsync(new ToolCall(request.Caller, tool.Name, arguments), cancel);
        return call.IsCompletedSuccessfully ? ValueTask.FromResult<Result<McpResult>>(call.Result) : AwaitAsync(call);

        static async ValueTask<Result<McpResult>> AwaitAsync(ValueTask<ToolResult> call) => await call;
    }
}

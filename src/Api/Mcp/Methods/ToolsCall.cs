using Platform.Abstractions.Audit;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Inputs;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>tools/call</c>. Arguments that the schema refuses are a result with <c>isError</c>, as the specification asks; an unknown tool is -32602.</summary>
internal sealed class ToolsCall(McpCatalogues catalogues, InputRounds rounds, AuditTrail audit) : IMcpMethod
{
    public string Name => "tools/call";

    public AuditClass Class => AuditClass.ToolExecution;

    public bool KeepsTime => true;

    public bool CallsTool => true;

    public bool Serves(McpEra era) => true;

    public bool OnlyReads(TenantView tenant, McpMessage message) => message.Name is { } name && catalogues.For(tenant).TryFindTool(name, out var tool, out _) && tool.ReadOnly;

    public string? Target(McpMessage message) => message.Name;

    // Asked before the tool is looked up: who may not call it does not learn whether it exists.
    public Result<Needed?> Permission(TenantView tenant, McpMessage message) =>
        message.Name is { Length: > 0 } name ? new Needed("tools", "call", name) : Problem.InvalidParams("params.name is missing.");

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        var message = request.Message;
        if (!catalogues.For(request.Tenant).TryFindTool(message.Name!, out var tool, out var backend))
        {
            return ValueTask.FromResult<Result<McpResult>>(Problem.InvalidParams("Unknown tool."));
        }

        var arguments = message.Arguments.IsEmpty ? "{}"u8 : message.Arguments.Span;
        if (tool.Headers.Length > 0 && request.Era == McpEra.Modern && request.Exchange.HasHeaders && Contradiction(request.Exchange, tool, arguments) is { } contradiction)
        {
            return ValueTask.FromResult<Result<McpResult>>(new Problem(ProblemCode.HeaderMismatch, "Header mismatch: " + contradiction));
        }

        if (tool.Tasks == TaskSupport.Required && !(request.Era == McpEra.Modern && request.Features.HasFlag(ClientFeatures.Tasks)))
        {
            return ValueTask.FromResult<Result<McpResult>>(new MissingFeatures(ClientFeatures.Tasks));
        }

        SchemaError error = default;
        if (!tool.Schema.Validate(arguments, ref error))
        {
            return ValueTask.FromResult<Result<McpResult>>(ToolResult.Failed(Problem.InvalidParams($"Invalid arguments: {(error.Path.Length == 0 ? "the object" : error.Path)} {error.Message}.")));
        }

        // A tenant that waits for outcomes gets none that nothing was known of: what may change something is on record before it runs (AL-5).
        var call = tool.ReadOnly || request.Tenant.AuditMode != AuditMode.Durable
            ? rounds.RunAsync(request, backend, BackendOperation.CallTool, tool.Name, cancel)
            : IntendedAsync(request, backend, tool.Name, cancel);
        return tool.Output is null ? call : CheckedAsync(call, tool.Output);
    }

    private async ValueTask<Result<McpResult>> IntendedAsync(McpRequest request, IMcpBackend backend, string tool, CancellationToken cancel)
    {
        await audit.IntendAsync(request.Exchange.Entry);
        return await rounds.RunAsync(request, backend, BackendOperation.CallTool, tool, cancel);
    }

    private static string? Contradiction(IMcpExchange exchange, ToolDefinition tool, ReadOnlySpan<byte> arguments)
    {
        foreach (var header in tool.Headers)
        {
            if (header.Check(exchange.Header(header.Header), arguments) is { } contradiction)
            {
                return contradiction;
            }
        }

        return null;
    }

    // MCP, Output Schema: servers MUST provide structured results that conform. One that does not is the backend's failure.
    private static async ValueTask<Result<McpResult>> CheckedAsync(ValueTask<Result<McpResult>> call, CompiledSchema schema)
    {
        var ran = await call;
        if (!ran.Try(out var result, out _) || result is not ToolResult { Fault: null } answer)
        {
            return ran;
        }

        SchemaError error = default;
        return answer.Structured() is { IsEmpty: false } structured && schema.Validate(structured.Span, ref error)
            ? ran
            : new Problem(ProblemCode.UpstreamFailed, "The tool's result does not have the form that it promises.");
    }
}

using Platform.Api.Authentication;

namespace Platform.Api.Mcp.Tools;

/// <summary>A call whose arguments satisfy the tool's schema.</summary>
/// <param name="Caller">Who calls; already permitted.</param>
/// <param name="Tool">The tool's name.</param>
/// <param name="Arguments">A JSON object, never empty.</param>
internal readonly record struct ToolCall(AuthenticatedCaller Caller, string Tool, ReadOnlyMemory<byte> Arguments);

/// <summary>Tools that belong together.</summary>
internal interface IToolset
{
    IReadOnlyList<ToolDefinition> Tools { get; }

    ValueTask<ToolResult> CallAsync(ToolCall call, CancellationToken cancel);
}

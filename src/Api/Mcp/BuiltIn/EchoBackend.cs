using System.Text.Json;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>Says back what it was told: the first call of every new client.</summary>
internal sealed class EchoBackend : IMcpBackend
{
    public IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        new("echo", "Echo", "Returns the message it was given. Use it to try the connection.",
            """
            {"type":"object","properties":{"message":{"type":"string","description":"What to say back.","maxLength":10000}},"required":["message"],"additionalProperties":false}
            """u8, readOnly: true),
    ];

    public bool Serves(TenantView tenant) => true;

    public ValueTask<Result<McpResult>> CallToolAsync(BackendCall call, CancellationToken cancel)
    {
        var reader = new Utf8JsonReader(call.Arguments.Span);
        while (reader.Read() && !(reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("message"u8)))
        {
        }

        reader.Read();
        return ValueTask.FromResult<Result<McpResult>>(ToolResult.Text(reader.GetString() ?? ""));
    }
}

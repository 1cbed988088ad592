using System.Runtime.CompilerServices;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Api.Mcp.Tools;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>tools/list</c>: the tools the caller may see (AZ-5), serialized once for each set of permissions.</summary>
internal sealed class ToolsList(ToolCatalogue catalogue) : IMcpMethod
{
    private readonly ConditionalWeakTable<PermissionSet, PreparedResult> _prepared = [];

    public string Name => "tools/list";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public Result<Needed?> Permission(McpMessage message) => new Needed("tools", "read", null);

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        if (request.Message.Cursor is not null)
        {
            // The list has one page, so no cursor was ever given out.
            return ValueTask.FromResult<Result<McpResult>>(Problem.InvalidParams("The cursor is not valid."));
        }

        var permissions = request.Caller.Permissions;
        if (!_prepared.TryGetValue(permissions, out var prepared))
        {
            prepared = PreparedResult.Of(new List([.. catalogue.All.Where(tool => permissions.Allows("tools", "read", tool.Name))]));
            _prepared.AddOrUpdate(permissions, prepared);
        }

        return ValueTask.FromResult<Result<McpResult>>(prepared);
    }

    private sealed class List(ToolDefinition[] tools) : McpResult
    {
        public override int? TtlMs => 300_000;

        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
            writer.WriteStartArray("tools"u8);
            foreach (var tool in tools)
            {
                tool.Write(writer);
            }

            writer.WriteEndArray();
        }
    }
}

using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>ping</c> of the eras before 2026-07-28.</summary>
internal sealed class Ping : IMcpMethod
{
    private static readonly Empty Answer = new();

    public string Name => "ping";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => era == McpEra.Legacy;

    public Result<Needed?> Permission(McpMessage message) => (Needed?)null;

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel) =>
        ValueTask.FromResult<Result<McpResult>>(Answer);

    private sealed class Empty : McpResult
    {
        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
        }
    }
}

using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>initialize</c> of the eras before 2026-07-28. The gate opens the session; this says what it agreed on.</summary>
internal sealed class Initialize : IMcpMethod
{
    public string Name => "initialize";

    public AuditClass Class => AuditClass.Authentication;

    public bool OpensSession => true;

    public bool Serves(McpEra era) => era == McpEra.Legacy;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => (Needed?)null;

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel) =>
        ValueTask.FromResult<Result<McpResult>>(request.Message.RequestedVersion is { } requested
            ? new Agreed(McpVersions.Negotiate(requested))
            : Problem.InvalidParams("params.protocolVersion is missing."));

    private sealed class Agreed(string version) : McpResult
    {
        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
            writer.WriteString("protocolVersion"u8, version);
            ServerDescription.WriteCapabilities(writer, era);
            writer.WriteStartObject("serverInfo"u8);
            writer.WriteString("name"u8, McpReply.ServerName);
            writer.WriteString("version"u8, McpReply.ServerVersion);
            writer.WriteEndObject();
            writer.WriteString("instructions"u8, ServerDescription.Instructions);
        }
    }
}

using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>server/discover</c>, 2026-07-28.</summary>
internal sealed class Discover : IMcpMethod
{
    private static readonly PreparedResult Prepared = PreparedResult.Of(new Description());

    public string Name => "server/discover";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => era == McpEra.Modern;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => (Needed?)null;

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel) =>
        ValueTask.FromResult<Result<McpResult>>(Prepared);

    private sealed class Description : McpResult
    {
        public override int? TtlMs => 300_000;

        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
            writer.WriteStartArray("supportedVersions"u8);
            foreach (var version in McpVersions.Supported)
            {
                writer.WriteStringValue(version);
            }

            writer.WriteEndArray();
            ServerDescription.WriteCapabilities(writer, era);
            writer.WriteString("instructions"u8, ServerDescription.Instructions);
        }
    }
}

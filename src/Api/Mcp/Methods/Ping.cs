using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>ping</c> of the eras before 2026-07-28.</summary>
internal sealed class Ping : IMcpMethod
{
    public string Name => "ping";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => era == McpEra.Legacy;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => (Needed?)null;

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel) =>
        ValueTask.FromResult<Result<McpResult>>(EmptyResult.Instance);
}

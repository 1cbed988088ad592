using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>resources/subscribe</c> of the eras before 2026-07-28: updates come on the session's listening stream.</summary>
internal sealed class ResourcesSubscribe(McpCatalogues catalogues) : IMcpMethod
{
    public string Name => "resources/subscribe";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => era == McpEra.Legacy;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public string? Target(McpMessage message) => message.Uri is { } uri ? ResourcePermission.Target(uri) : null;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => ResourcePermission.Of(catalogues.For(tenant), message);

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        if (!catalogues.For(request.Tenant).TryNameResource(request.Message.Uri!, out _, out _))
        {
            return Problem.ResourceNotFound();
        }

        return await request.Session!.SubscribeAsync(ResourcePermission.Canonical(request.Message.Uri!)) is { } refused ? refused : EmptyResult.Instance;
    }
}

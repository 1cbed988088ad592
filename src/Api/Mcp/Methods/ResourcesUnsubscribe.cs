using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>resources/unsubscribe</c> of the eras before 2026-07-28.</summary>
internal sealed class ResourcesUnsubscribe : IMcpMethod
{
    public string Name => "resources/unsubscribe";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => era == McpEra.Legacy;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public string? Target(McpMessage message) => message.Uri is { } uri ? ResourcePermission.Target(uri) : null;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) =>
        message.Uri is { Length: > 0 } ? (Needed?)null : Problem.InvalidParams("params.uri is missing.");

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel) =>
        await request.Session!.UnsubscribeAsync(ResourcePermission.Canonical(request.Message.Uri!)) is { } refused ? refused : EmptyResult.Instance;
}

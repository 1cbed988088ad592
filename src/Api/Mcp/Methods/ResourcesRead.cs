using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Inputs;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>resources/read</c>.</summary>
internal sealed class ResourcesRead(McpCatalogues catalogues, InputRounds rounds) : IMcpMethod
{
    public string Name => "resources/read";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool KeepsTime => true;

    public bool Serves(McpEra era) => true;

    public string? Target(McpMessage message) => message.Uri;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => ResourcePermission.Of(catalogues.For(tenant), message);

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel) =>
        catalogues.For(request.Tenant).TryNameResource(request.Message.Uri!, out _, out var backend)
            ? rounds.RunAsync(request, backend, BackendOperation.ReadResource, request.Message.Uri!, cancel)
            : ValueTask.FromResult<Result<McpResult>>(Problem.ResourceNotFound());
}

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

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public string? Target(McpMessage message) => message.Uri is { } uri ? ResourcePermission.Target(uri) : null;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => ResourcePermission.Of(catalogues.For(tenant), message);

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        var uri = request.Message.Uri!;
        if (!catalogues.For(request.Tenant).TryNameResource(uri, out _, out var backend))
        {
            return new MissingResource(uri);
        }

        var read = await rounds.RunAsync(request, backend, BackendOperation.ReadResource, uri, cancel);
        return read.Problem is { Code: ProblemCode.ResourceNotFound } ? new MissingResource(uri) : read;
    }
}

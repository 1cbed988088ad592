using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Handles;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>resources/templates/list</c>.</summary>
internal sealed class ResourcesTemplatesList(McpCatalogues catalogues, Cursors cursors, IOptions<ApiOptions> options) : IMcpMethod
{
    public string Name => "resources/templates/list";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => new Needed("resources", "read", null);

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        if (!(await cursors.ReadAsync(request)).Try(out var after, out var invalid))
        {
            return invalid;
        }

        var (page, next) = NamedPage.After(catalogues.For(request.Tenant).Templates, template => template.UriTemplate, after, options.Value.PageSize);
        return new ListResult<TemplateDefinition>("resourceTemplates", page, (template, writer) => template.Write(writer), 300_000, await cursors.WriteAsync(request, next));
    }
}

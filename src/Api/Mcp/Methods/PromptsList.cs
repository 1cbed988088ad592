using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Handles;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>prompts/list</c>: the prompts the caller may use (AZ-5), by name.</summary>
internal sealed class PromptsList(McpCatalogues catalogues, Cursors cursors, IOptions<ApiOptions> options) : IMcpMethod
{
    public string Name => "prompts/list";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => new Needed("prompts", "read", null);

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        if (!(await cursors.ReadAsync(request)).Try(out var after, out var invalid))
        {
            return invalid;
        }

        PromptDefinition[] visible = [.. catalogues.For(request.Tenant).Prompts.Where(prompt => request.May("prompts", "read", prompt.Name))];
        var (page, next) = NamedPage.After(visible, prompt => prompt.Name, after, options.Value.PageSize);
        return new ListResult<PromptDefinition>("prompts", page, (prompt, writer) => prompt.Write(writer), 300_000, await cursors.WriteAsync(request, next));
    }
}

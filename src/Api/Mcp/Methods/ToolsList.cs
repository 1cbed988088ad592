using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Handles;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>tools/list</c>: the tools the caller may see (AZ-5), by name. A list of one page is serialized once for each set of permissions.</summary>
internal sealed class ToolsList(McpCatalogues catalogues, Cursors cursors, IOptions<ApiOptions> options) : IMcpMethod
{
    private const int TtlMs = 300_000;
    private readonly ConditionalWeakTable<McpCatalogue, ConditionalWeakTable<PermissionSet, Visible>> _visible = [];

    public string Name => "tools/list";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => new Needed("tools", "read", null);

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        var visible = VisibleTo(catalogues.For(request.Tenant), request.Caller.Permissions);
        return request.Message.Cursor is null && visible.Prepared is { } prepared
            ? ValueTask.FromResult<Result<McpResult>>(prepared)
            : PageAsync(request, visible.Tools);
    }

    private async ValueTask<Result<McpResult>> PageAsync(McpRequest request, ToolDefinition[] tools)
    {
        if (!(await cursors.ReadAsync(request)).Try(out var after, out var invalid))
        {
            return invalid;
        }

        var (page, next) = NamedPage.After(tools, tool => tool.Name, after, options.Value.PageSize);
        return List(page, await cursors.WriteAsync(request, next));
    }

    private Visible VisibleTo(McpCatalogue catalogue, PermissionSet permissions)
    {
        var bySet = _visible.GetOrCreateValue(catalogue);
        if (!bySet.TryGetValue(permissions, out var visible))
        {
            ToolDefinition[] tools = [.. catalogue.Tools.Where(tool => permissions.Allows("tools", "read", tool.Name))];
            visible = new Visible(tools, tools.Length <= options.Value.PageSize ? PreparedResult.Of(List(tools, null)) : null);
            bySet.AddOrUpdate(permissions, visible);
        }

        return visible;
    }

    private static ListResult<ToolDefinition> List(IReadOnlyList<ToolDefinition> tools, string? next) =>
        new("tools", tools, (tool, writer) => tool.Write(writer), TtlMs, next);

    private sealed record Visible(ToolDefinition[] Tools, PreparedResult? Prepared);
}

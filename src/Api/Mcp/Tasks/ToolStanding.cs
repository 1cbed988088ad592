using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;
using Platform.Api.Tenants;

namespace Platform.Api.Mcp.Tasks;

/// <summary>Whether a tool that passed the gate a while ago may still go on: the tenant may be suspended or read-only by now, or the tool in quarantine (IR-2).</summary>
internal sealed class ToolStanding(TenantCache tenants, McpCatalogues catalogues)
{
    public async ValueTask<Problem?> CheckAsync(string slug, string tool)
    {
        if (!(await tenants.FindAsync(slug)).Try(out var tenant, out var gone))
        {
            return gone;
        }

        if (tenant.Status != TenantStatus.Active)
        {
            return Problem.TenantSuspended();
        }

        if (tenant.IsQuarantined(CatalogueEntryKind.Tool, tool))
        {
            return Problem.InvalidParams("Unknown tool.");
        }

        return tenant.ReadOnly is null || (catalogues.For(tenant).TryFindTool(tool, out var known, out _) && known.ReadOnly) ? null : Problem.TenantReadOnly();
    }
}

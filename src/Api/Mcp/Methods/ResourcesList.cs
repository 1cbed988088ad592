using System.Globalization;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Handles;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>resources/list</c>: what the caller may read (AZ-5), backend after backend.</summary>
internal sealed class ResourcesList(McpCatalogues catalogues, Cursors cursors, IOptions<ApiOptions> options) : IMcpMethod
{
    public string Name => "resources/list";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => new Needed("resources", "read", null);

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        if (!(await cursors.ReadAsync(request)).Try(out var cursor, out var invalid))
        {
            return invalid;
        }

        // The backend's number, a colon, and where it ended. The seal vouches for the form.
        var colon = cursor?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        var at = colon < 0 ? 0 : int.Parse(cursor.AsSpan(0, colon), CultureInfo.InvariantCulture);
        var after = colon < 0 || colon + 1 == cursor!.Length ? null : cursor[(colon + 1)..];
        var backends = catalogues.For(request.Tenant).Backends;
        var size = options.Value.PageSize;
        var listed = new List<ResourceDefinition>();
        string? next = null;
        for (; at < backends.Count && next is null; at++, after = null)
        {
            if (listed.Count == size)
            {
                next = string.Create(CultureInfo.InvariantCulture, $"{at}:");
                break;
            }

            var page = await backends[at].ListResourcesAsync(request, after, size - listed.Count, cancel);
            listed.AddRange(page.Resources);
            next = page.Next is null ? null : string.Create(CultureInfo.InvariantCulture, $"{at}:{page.Next}");
        }

        return new ListResult<ResourceDefinition>("resources", listed, (resource, writer) => resource.Write(writer), 0, await cursors.WriteAsync(request, next));
    }
}

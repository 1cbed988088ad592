using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Mcp;
using Platform.Api.Mcp.Backends;
using Platform.Api.Tenants;

namespace Platform.Api.Catalogue;

/// <summary>What a tenant's MCP endpoint serves, for those who manage it, and a way to try it. The objects of the permissions are those of MCP: the names of tools and prompts.</summary>
internal static class CatalogueEndpoints
{
    /// <summary>Longest name or template that a token of a page may hold.</summary>
    private const int MaxName = 300;

    public static void MapCatalogue(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/tools", Tools).Needs("catalogue/tools", "tools", "read").OnSome()
            .AnswersPage<ToolView>("Lists the tools of the tenant's MCP endpoint that the caller may see, by name.").OrderedBy("name");
        v1.MapGet("/tenants/{tenant}/prompts", Prompts).Needs("catalogue/prompts", "prompts", "read").OnSome()
            .AnswersPage<PromptView>("Lists the prompts of the tenant's MCP endpoint that the caller may see, by name.").OrderedBy("name");
        v1.MapGet("/tenants/{tenant}/resource-templates", Templates).Needs("catalogue/resource-templates", "resources", "read").OnSome()
            .AnswersPage<ResourceTemplateView>("Lists the families of resources of the tenant's MCP endpoint.").OrderedBy("uriTemplate");

        // While the tenant is read-only the gate of MCP decides which methods and tools go on.
        v1.MapPost("/tenants/{tenant}/mcp:send", Send).Needs("mcp/send", "mcp", "send").WhileReadOnly().Validate<SendMcp>()
            .Answers<McpExchangeView>("Makes one MCP request as the caller, through the checks of the tenant's endpoint, and shows the exchange.")
            .MayRefuse(ProblemCode.NotFound, ProblemCode.Conflict, ProblemCode.TenantSuspended, ProblemCode.TooLarge, ProblemCode.QuotaExceeded, ProblemCode.UpstreamFailed);
    }

    private static async Task<IResult> Tools(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains, McpCatalogues catalogues)
    {
        if (!Answer.Page(pageSize, pageToken, IsName).Try(out var page, out var refused) || !(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out refused))
        {
            return Answer.Refused(refused);
        }

        var visible = catalogues.For(found).Tools.Where(tool => exchange.Permissions.Allows("tools", "read", tool.Name));
        return List(visible, page, tool => tool.Name, View);
    }

    private static async Task<IResult> Prompts(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains, McpCatalogues catalogues)
    {
        if (!Answer.Page(pageSize, pageToken, IsName).Try(out var page, out var refused) || !(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out refused))
        {
            return Answer.Refused(refused);
        }

        var visible = catalogues.For(found).Prompts.Where(prompt => exchange.Permissions.Allows("prompts", "read", prompt.Name));
        return List(visible, page, prompt => prompt.Name, prompt => new PromptView(
            prompt.Name, SafeText.Of(prompt.Title), SafeText.Of(prompt.Description), [.. prompt.Arguments.Select(argument => new PromptArgumentView(argument.Name, SafeText.Of(argument.Description), argument.Required))]));
    }

    private static async Task<IResult> Templates(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains, McpCatalogues catalogues)
    {
        if (!Answer.Page(pageSize, pageToken, IsName).Try(out var page, out var refused) || !(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out refused))
        {
            return Answer.Refused(refused);
        }

        return List(catalogues.For(found).Templates, page, template => template.UriTemplate, template => new ResourceTemplateView(
            template.UriTemplate, SafeText.Of(template.Name), SafeText.Of(template.Title), SafeText.Of(template.Description), template.MimeType));
    }

    private static async Task<IResult> Send(string tenant, SendMcp command, HttpContext http, ManagementExchange exchange, TenantGrains grains, ManagedRequests requests, OthersRights rights)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        exchange.Entry.Target = $"{tenant}/{command.Method}";
        if (command.As is not { } other)
        {
            return Answer.Ok(await requests.SendAsync(found, command, exchange.Permissions, exchange, http));
        }

        exchange.Entry.Addition = $"as {other}";
        return (await rights.WithinAsync(found, other, exchange, http)).Try(out var narrow, out var refused)
            ? Answer.Ok(await requests.SendAsync(found, command, narrow, exchange, http))
            : Answer.Refused(refused);
    }

    private static IResult List<T, TView>(IEnumerable<T> sorted, (int Size, string? After) page, Func<T, string> key, Func<T, TView> view)
    {
        T[] items = [.. sorted.Where(item => page.After is null || string.CompareOrdinal(key(item), page.After) > 0).Take(page.Size + 1)];
        return Answer.Page<TView>([.. items.Take(page.Size).Select(view)], items.Length > page.Size ? key(items[page.Size - 1]) : null);
    }

    private static ToolView View(ToolDefinition tool) => new(
        tool.Name, SafeText.Of(tool.Title), SafeText.Of(tool.Description), JsonElement.Parse(tool.InputSchema), tool.OutputSchema is null ? null : JsonElement.Parse(tool.OutputSchema), tool.ReadOnly, tool.Destructive);

    private static bool IsName(string name) => name.Length is > 0 and <= MaxName;
}

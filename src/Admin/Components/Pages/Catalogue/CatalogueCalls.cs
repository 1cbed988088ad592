using Platform.Abstractions.Mcp;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Catalogue;

/// <summary>What a tenant's endpoint serves, and requests to it.</summary>
internal static class CatalogueCalls
{
    /// <summary>A tenant has few enough for one page; more are found by the name.</summary>
    private const int Most = 200;

    public static Task<Answer<Page<ToolView>>> ToolsAsync(this ManagementClient management, string slug, string? token = null) => management.InTenantAsync<Page<ToolView>>(HttpMethod.Get, slug, "/tools" + ManagementClient.Paging(Most, token));

    public static Task<Answer<Page<PromptView>>> PromptsAsync(this ManagementClient management, string slug, string? token = null) => management.InTenantAsync<Page<PromptView>>(HttpMethod.Get, slug, "/prompts" + ManagementClient.Paging(Most, token));

    public static Task<Answer<Page<ResourceTemplateView>>> ResourceTemplatesAsync(this ManagementClient management, string slug) =>
        management.InTenantAsync<Page<ResourceTemplateView>>(HttpMethod.Get, slug, "/resource-templates" + ManagementClient.Paging(Most, null));

    /// <summary>A tool takes as long as it may: the endpoint ends it, and says so.</summary>
    public static Task<Answer<McpExchangeView>> SendMcpAsync(this ManagementClient management, string slug, SendMcp command) => management.InTenantAsync<McpExchangeView>(HttpMethod.Post, slug, "/mcp:send", command, patient: true);
}

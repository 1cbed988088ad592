using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Catalogue;

internal static class Managers
{
    /// <summary>A management key of the tenant.</summary>
    public static async Task<string> ManagerOf(this TenantClient tenant, string role) =>
        (await tenant.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "manager", roles = new[] { role }, kind = "management" })).Json.GetProperty("secret").GetString()!;

    public static Task<Reply> SendMcp(this TenantClient tenant, string method, object? parameters = null, string? credential = null, string? @as = null) =>
        tenant.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/mcp:send", new { method, @params = parameters, @as }, credential);

    public static Task<Reply> TryTool(this TenantClient tenant, string name, object? arguments = null, string? credential = null) =>
        tenant.SendMcp("tools/call", new { name, arguments = arguments ?? new { message = "hello" } }, credential);
}

using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenants;

namespace Platform.Admin.Management;

/// <summary>Roles of a tenant or, where the slug is null, of the platform, as REST has them.</summary>
internal static class RoleCalls
{
    /// <summary>All of them, by name. A role that a form did not show would be taken away by saving it, so the last page is asked for too.</summary>
    public static async Task<Answer<Page<RoleView>>> RolesAsync(this ManagementClient management, string? slug) =>
        (await AllPages.ReadAsync(token => management.RolePageAsync(slug, token))).Try(out var all, out var problem)
            ? new Answer<Page<RoleView>>(new Page<RoleView>(all, null))
            : new Answer<Page<RoleView>>(problem);

    public static Task<Answer<Page<RoleView>>> RolePageAsync(this ManagementClient management, string? slug, string? token) =>
        management.OfOwnerAsync<Page<RoleView>>(HttpMethod.Get, slug, "/roles" + ManagementClient.Paging(ManagementClient.MostItems, token));

    public static Task<Answer<RoleView>> RoleAsync(this ManagementClient management, string? slug, string name) =>
        OfRoleAsync<RoleView>(management, HttpMethod.Get, slug, name);

    public static Task<Answer<RoleView>> CreateRoleAsync(this ManagementClient management, string? slug, CreateRole command) =>
        management.OfOwnerAsync<RoleView>(HttpMethod.Post, slug, "/roles", command);

    public static Task<Answer<RoleView>> ReplaceRoleAsync(this ManagementClient management, string? slug, string name, ReplaceRole command, string version) =>
        OfRoleAsync<RoleView>(management, HttpMethod.Put, slug, name, command, version);

    public static Task<Answer<bool>> DeleteRoleAsync(this ManagementClient management, string? slug, string name, string version) =>
        OfRoleAsync<bool>(management, HttpMethod.Delete, slug, name, ifMatch: version);

    /// <summary>What a principal may do, and the rule that says so.</summary>
    public static Task<Answer<PermissionAnswer>> TestPermissionsAsync(this ManagementClient management, string? slug, TestPermissions command) =>
        management.OfOwnerAsync<PermissionAnswer>(HttpMethod.Post, slug, "/roles:testPermissions", command);

    private static Task<Answer<T>> OfRoleAsync<T>(ManagementClient management, HttpMethod method, string? slug, string name, object? body = null, string? ifMatch = null) => RoleRules.IsName(name)
        ? management.OfOwnerAsync<T>(method, slug, "/roles/" + name, body, ifMatch)
        : Task.FromResult(new Answer<T>(ProblemView.NotFound()));
}

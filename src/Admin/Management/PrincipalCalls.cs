using Platform.Abstractions.Keys;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenants;

namespace Platform.Admin.Management;

/// <summary>Users, services, devices and groups of a tenant or, where the slug is null, of the platform, as REST has them.</summary>
internal static class PrincipalCalls
{
    /// <param name="management">Who asks.</param>
    /// <param name="slug">The tenant; null for the platform.</param>
    /// <param name="kind">user, service, device or group; null for all.</param>
    /// <param name="size">At most 200.</param>
    /// <param name="token">Of the page before.</param>
    /// <param name="name">A part of an id or a name.</param>
    public static Task<Answer<Page<PrincipalView>>> PrincipalsAsync(this ManagementClient management, string? slug, string? kind, int size, string? token, string? name = null) =>
        management.OfOwnerAsync<Page<PrincipalView>>(HttpMethod.Get, slug, "/principals" + ManagementClient.Paging(size, token) + (kind is null ? "" : "&kind=" + Uri.EscapeDataString(kind)) + (name is null ? "" : "&name=" + Uri.EscapeDataString(name)));

    /// <summary>To choose from: people before the services of keys, of which there may be many. Null when they cannot be read.</summary>
    /// <param name="management">Who asks.</param>
    /// <param name="slug">The tenant; null for the platform.</param>
    /// <param name="size">Of each at most.</param>
    public static async Task<IReadOnlyList<PrincipalView>?> PeopleFirstAsync(this ManagementClient management, string? slug, int size)
    {
        var (people, all) = (management.PrincipalsAsync(slug, "user", size, null), management.PrincipalsAsync(slug, null, size, null));
        return (await people).Try(out var first, out _) && (await all).Try(out var others, out _) ? [.. first.Items.Concat(others.Items).DistinctBy(principal => principal.Id, StringComparer.Ordinal)] : null;
    }

    public static Task<Answer<PrincipalView>> PrincipalAsync(this ManagementClient management, string? slug, string id) =>
        OfPrincipalAsync<PrincipalView>(management, HttpMethod.Get, slug, id, "");

    public static Task<Answer<PrincipalView>> AddPrincipalAsync(this ManagementClient management, string? slug, AddPrincipal command) =>
        management.OfOwnerAsync<PrincipalView>(HttpMethod.Post, slug, "/principals", command);

    public static Task<Answer<PrincipalView>> SetRolesAsync(this ManagementClient management, string? slug, string id, SetRoles command, string? version) =>
        OfPrincipalAsync<PrincipalView>(management, HttpMethod.Post, slug, id, ":setRoles", command, version);

    public static Task<Answer<PrincipalView>> RenameAsync(this ManagementClient management, string? slug, string id, RenamePrincipal command) =>
        OfPrincipalAsync<PrincipalView>(management, HttpMethod.Post, slug, id, ":rename", command);

    public static Task<Answer<PrincipalView>> BlockAsync(this ManagementClient management, string? slug, string id, BlockPrincipal command) =>
        OfPrincipalAsync<PrincipalView>(management, HttpMethod.Post, slug, id, ":block", command);

    public static Task<Answer<PrincipalView>> UnblockAsync(this ManagementClient management, string? slug, string id) =>
        OfPrincipalAsync<PrincipalView>(management, HttpMethod.Post, slug, id, ":unblock");

    public static Task<Answer<PrincipalView>> ElevateAsync(this ManagementClient management, string? slug, string id, ElevatePrincipal command) =>
        OfPrincipalAsync<PrincipalView>(management, HttpMethod.Post, slug, id, ":elevate", command);

    /// <summary>Ends all that run: REST ends none by itself.</summary>
    public static Task<Answer<PrincipalView>> EndElevationsAsync(this ManagementClient management, string? slug, string id) =>
        OfPrincipalAsync<PrincipalView>(management, HttpMethod.Post, slug, id, ":endElevations");

    public static Task<Answer<bool>> DeletePrincipalAsync(this ManagementClient management, string? slug, string id) =>
        OfPrincipalAsync<bool>(management, HttpMethod.Delete, slug, id, "");

    public static Task<Answer<InvitationIssued>> InviteAsync(this ManagementClient management, string? slug, string id, IssueInvitation command) =>
        OfPrincipalAsync<InvitationIssued>(management, HttpMethod.Post, slug ?? ManagementClient.Platform, id, ":issueInvitation", command);

    public static Task<Answer<EndedSessions>> EndSessionsOfAsync(this ManagementClient management, string? slug, string id) =>
        OfPrincipalAsync<EndedSessions>(management, HttpMethod.Post, slug ?? ManagementClient.Platform, id, ":endSessions");

    public static Task<Answer<Page<SessionEntry>>> SessionsOfAsync(this ManagementClient management, string? slug, string id) => PrincipalId.IsValid(id)
        ? management.InTenantAsync<Page<SessionEntry>>(HttpMethod.Get, slug ?? ManagementClient.Platform, "/sessions" + ManagementClient.Paging(50, null) + "&principal=" + id)
        : Task.FromResult(new Answer<Page<SessionEntry>>(ProblemView.NotFound()));

    public static Task<Answer<Page<KeyView>>> KeysOfAsync(this ManagementClient management, string? slug, string id) => PrincipalId.IsValid(id)
        ? management.OfKeysAsync<Page<KeyView>>(HttpMethod.Get, slug, ManagementClient.Paging(50, null) + "&principal=" + id)
        : Task.FromResult(new Answer<Page<KeyView>>(ProblemView.NotFound()));

    private static Task<Answer<T>> OfPrincipalAsync<T>(ManagementClient management, HttpMethod method, string? slug, string id, string verb, object? body = null, string? ifMatch = null) => PrincipalId.IsValid(id)
        ? management.OfOwnerAsync<T>(method, slug, $"/principals/{id}{verb}", body, ifMatch)
        : Task.FromResult(new Answer<T>(ProblemView.NotFound()));
}

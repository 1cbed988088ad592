using Platform.Abstractions.OAuth;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.OAuthClients;

/// <summary>The clients of a tenant's authorization server, as REST has them.</summary>
internal static class OAuthClientCalls
{
    public static Task<Answer<Page<OAuthClientView>>> OAuthClientsAsync(this ManagementClient management, string slug, string? token) =>
        management.InTenantAsync<Page<OAuthClientView>>(HttpMethod.Get, slug, "/oauth-clients" + ManagementClient.Paging(50, token));

    public static Task<Answer<OAuthClientView>> OAuthClientAsync(this ManagementClient management, string slug, string? id) => OfClientAsync<OAuthClientView>(management, HttpMethod.Get, slug, id);

    public static Task<Answer<OAuthClientIssued>> RegisterClientAsync(this ManagementClient management, string slug, CreateOAuthClient command) =>
        management.InTenantAsync<OAuthClientIssued>(HttpMethod.Post, slug, "/oauth-clients", command);

    public static Task<Answer<OAuthClientView>> ChangeClientAsync(this ManagementClient management, string slug, string? id, OAuthClientSettings settings, string version) =>
        OfClientAsync<OAuthClientView>(management, HttpMethod.Patch, slug, id, body: settings, version: version);

    public static Task<Answer<OAuthClientIssued>> RotateClientSecretAsync(this ManagementClient management, string slug, string? id) =>
        OfClientAsync<OAuthClientIssued>(management, HttpMethod.Post, slug, id, ":rotateSecret");

    public static Task<Answer<bool>> DeleteClientAsync(this ManagementClient management, string slug, string? id) => OfClientAsync<bool>(management, HttpMethod.Delete, slug, id);

    // Dots are the only characters that escaping leaves and a path takes for something else.
    private static Task<Answer<T>> OfClientAsync<T>(ManagementClient management, HttpMethod method, string slug, string? id, string verb = "", object? body = null, string? version = null) =>
        id is { Length: > 0 and <= 2_048 } && id is not ("." or "..")
            ? management.InTenantAsync<T>(method, slug, $"/oauth-clients/{Uri.EscapeDataString(id)}{verb}", body, version)
            : Task.FromResult(new Answer<T>(ProblemView.NotFound()));
}

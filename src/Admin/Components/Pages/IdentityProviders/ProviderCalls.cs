using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.IdentityProviders;

/// <summary>The providers that a tenant trusts, as REST has them.</summary>
internal static class ProviderCalls
{
    /// <summary>All of them: there are never more than ten.</summary>
    public static Task<Answer<Page<IdentityProvider>>> ProvidersAsync(this ManagementClient management, string slug) =>
        management.InTenantAsync<Page<IdentityProvider>>(HttpMethod.Get, slug, "/identity-providers");

    public static Task<Answer<IdentityProvider>> AddProviderAsync(this ManagementClient management, string slug, PutIdentityProvider command) =>
        management.InTenantAsync<IdentityProvider>(HttpMethod.Post, slug, "/identity-providers", command);

    public static Task<Answer<IdentityProvider>> ProviderAsync(this ManagementClient management, string slug, string id) => OfProviderAsync<IdentityProvider>(management, HttpMethod.Get, slug, id);

    /// <param name="management">The client.</param>
    /// <param name="slug">Of the tenant.</param>
    /// <param name="id">Of the provider.</param>
    /// <param name="command">All of it; a secret that is left out is kept.</param>
    /// <param name="version">That was read.</param>
    public static Task<Answer<IdentityProvider>> PutProviderAsync(this ManagementClient management, string slug, string id, PutIdentityProvider command, string version) =>
        OfProviderAsync<IdentityProvider>(management, HttpMethod.Put, slug, id, body: command, ifMatch: version);

    public static Task<Answer<bool>> DeleteProviderAsync(this ManagementClient management, string slug, string id, string version) => OfProviderAsync<bool>(management, HttpMethod.Delete, slug, id, ifMatch: version);

    /// <summary>Has the provider's documents read, and waits for them as long as the platform does.</summary>
    public static async Task<Answer<ProviderCheck>> TestProviderAsync(this ManagementClient management, string slug, string id)
    {
        if (!IdentityProviderRules.IsId(id) || !TenantSlug.IsValid(slug))
        {
            return new Answer<ProviderCheck>(ProblemView.NotFound());
        }

        try
        {
            using var answer = await management.OpenAsync(HttpMethod.Post, $"v1/tenants/{slug}/identity-providers/{id}:test", patient: true);
            return await ManagementClient.ReadAsync<ProviderCheck>(answer, CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            return new Answer<ProviderCheck>(ProblemView.Unavailable());
        }
    }

    private static Task<Answer<T>> OfProviderAsync<T>(ManagementClient management, HttpMethod method, string slug, string id, object? body = null, string? ifMatch = null) =>
        IdentityProviderRules.IsId(id) ? management.InTenantAsync<T>(method, slug, "/identity-providers/" + id, body, ifMatch) : Task.FromResult(new Answer<T>(ProblemView.NotFound()));
}

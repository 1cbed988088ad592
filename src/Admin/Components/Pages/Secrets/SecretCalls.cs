using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Secrets;

/// <summary>Secrets of a tenant or, where the slug is null, of the platform: what REST tells of them.</summary>
internal static class SecretCalls
{
    public static Task<Answer<Page<SecretView>>> SecretsAsync(this ManagementClient management, string? slug, int size, string? token) =>
        management.OfOwnerAsync<Page<SecretView>>(HttpMethod.Get, slug, "/secrets" + ManagementClient.Paging(size, token));
}

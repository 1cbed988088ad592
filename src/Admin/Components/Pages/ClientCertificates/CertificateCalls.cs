using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.ClientCertificates;

/// <summary>The client certificates that a tenant takes, as REST has them.</summary>
internal static class CertificateCalls
{
    /// <summary>All of them, in the order of their registration: there are never more than a page holds.</summary>
    public static Task<Answer<Page<ClientCertificateView>>> CertificatesAsync(this ManagementClient management, string slug) =>
        management.InTenantAsync<Page<ClientCertificateView>>(HttpMethod.Get, slug, "/client-certificates" + ManagementClient.Paging(ClientCertificateView.Most, null));

    public static Task<Answer<ClientCertificateView>> RegisterCertificateAsync(this ManagementClient management, string slug, RegisterClientCertificate command) =>
        management.InTenantAsync<ClientCertificateView>(HttpMethod.Post, slug, "/client-certificates", command);

    public static Task<Answer<bool>> RevokeCertificateAsync(this ManagementClient management, string slug, string id) => OfCertificateAsync<bool>(management, HttpMethod.Delete, slug, id);

    public static Task<Answer<ClientCertificateView>> SetRevocationListAsync(this ManagementClient management, string slug, string id, SetRevocationList command) =>
        OfCertificateAsync<ClientCertificateView>(management, HttpMethod.Put, slug, id, "/revocation-list", command);

    private static Task<Answer<T>> OfCertificateAsync<T>(ManagementClient management, HttpMethod method, string slug, string id, string rest = "", object? body = null) =>
        id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? management.InTenantAsync<T>(method, slug, $"/client-certificates/{id}{rest}", body)
            : Task.FromResult(new Answer<T>(ProblemView.NotFound()));
}

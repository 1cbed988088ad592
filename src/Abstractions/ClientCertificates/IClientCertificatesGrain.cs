using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.ClientCertificates;

/// <summary>Which client certificates a tenant takes for whom. Key: <c>{tenant}</c>. It judges nobody: API nodes do, by what it tells them.</summary>
[Alias("client-certificates")]
public interface IClientCertificatesGrain : IGrainWithStringKey
{
    /// <summary>Binds a certificate, or a name that one authority certifies, to a principal. What the caller may give was decided before.</summary>
    [Alias("register")]
    Task<Result<ClientCertificateView>> RegisterAsync(RegisterClientCertificate command, Caller caller);

    /// <summary>All of them, newest first; at most <see cref="ClientCertificateView.Most"/>.</summary>
    [Alias("list")]
    Task<ClientCertificateView[]> ListAsync();

    /// <summary>Ends a registration for good. Pushed to API nodes before it is acknowledged.</summary>
    [Alias("revoke")]
    Task<Problem?> RevokeAsync(string id, Caller caller);

    /// <summary>Takes a newer revocation list of the authority that a registration names; it counts for all registrations of that authority.</summary>
    [Alias("set-revocation-list")]
    Task<Result<ClientCertificateView>> SetRevocationListAsync(string id, SetRevocationList command, Caller caller);

    /// <summary>What certificates are judged by; null when it is still the version that is known.</summary>
    [Alias("trust")]
    Task<CertificateTrust?> TrustAsync(long known);

    /// <summary>What a certificate of this registration opens now; <c>unauthenticated</c> for every reason it may open nothing.</summary>
    [Alias("verdict")]
    Task<Result<CertificateVerdict>> VerdictAsync(string id);
}

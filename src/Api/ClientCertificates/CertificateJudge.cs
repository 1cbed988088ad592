using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Platform.Abstractions.ClientCertificates;
using Platform.Hosting.Listeners;

namespace Platform.Api.ClientCertificates;

/// <summary>Whose certificate a tenant takes it for, and until when that holds if nothing changes.</summary>
internal sealed record CertificateFinding(string Registration, DateTimeOffset Until);

/// <summary>Judges certificates by a tenant's registrations and by nothing else: no system root, no network, no clock of its own.</summary>
internal static class CertificateJudge
{
    /// <summary>Null for every reason there may be.</summary>
    public static CertificateFinding? Judge(PresentedCertificate presented, CertificateTrust trust, DateTimeOffset now)
    {
        if (trust.Registrations.Length == 0)
        {
            return null;
        }

        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(presented.Raw);
            return IsFit(certificate, now) && Find(presented, certificate, trust, now) is { } found && !(found.ExpiresAt <= now)
                ? new CertificateFinding(found.Id, Earliest(new DateTimeOffset(certificate.NotAfter), found.ExpiresAt))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool IsFit(X509Certificate2 certificate, DateTimeOffset now) =>
        CertificateRules.IsValidAt(certificate, now)
        && CertificateRules.IsForClients(certificate)
        && !CertificateRules.MayIssue(certificate)
        && CertificateRules.HasStrongKey(certificate);

    private static ClientCertificateView? Find(PresentedCertificate presented, X509Certificate2 certificate, CertificateTrust trust, DateTimeOffset now)
    {
        ClientCertificateView? found = null;
        foreach (var registration in trust.Registrations)
        {
            if (registration.Thumbprint is not null)
            {
                if (string.Equals(registration.Thumbprint, presented.Thumbprint, StringComparison.Ordinal))
                {
                    return registration;
                }
            }
            else if (registration.Subject!.IsIn(certificate) && IsIssued(certificate, AuthorityOf(registration, trust), now))
            {
                if (found is not null)
                {
                    // Two names of one certificate are two callers here: it is neither.
                    return null;
                }

                found = registration;
            }
        }

        return found;
    }

    private static TrustedAuthority? AuthorityOf(ClientCertificateView registration, CertificateTrust trust) =>
        Array.Find(trust.Authorities, authority => string.Equals(authority.Thumbprint, registration.Authority, StringComparison.Ordinal));

    private static bool IsIssued(X509Certificate2 certificate, TrustedAuthority? authority, DateTimeOffset now)
    {
        if (authority is null)
        {
            return false;
        }

        using var root = X509CertificateLoader.LoadCertificate(authority.Certificate);

        // Names first: what another authority issued must not cost a signature.
        return certificate.IssuerName.RawData.AsSpan().SequenceEqual(root.SubjectName.RawData)
            && CertificateRules.HasStrongSignature(certificate)
            && Chains(certificate, root, now)
            && !IsRevoked(certificate, root, authority, now);
    }

    /// <summary>Exactly two links: the certificate, and the pinned authority itself.</summary>
    private static bool Chains(X509Certificate2 certificate, X509Certificate2 root, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(CertificateRules.ClientAuthentication));
        var isBuilt = chain.Build(certificate) && chain.ChainElements.Count == 2 && chain.ChainElements[1].Certificate.RawData.AsSpan().SequenceEqual(root.RawData);
        foreach (var element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        return isBuilt;
    }

    /// <summary>A list that was given once is asked for good: one that cannot be read, or is not fresh any more, revokes everything.</summary>
    private static bool IsRevoked(X509Certificate2 certificate, X509Certificate2 root, TrustedAuthority authority, DateTimeOffset now) =>
        authority.RevocationList is { } der
        && (!RevocationList.TryRead(der, out var list) || !list.IsSignedBy(root) || !list.IsFreshAt(now) || list.Lists(certificate));

    private static DateTimeOffset Earliest(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;
}

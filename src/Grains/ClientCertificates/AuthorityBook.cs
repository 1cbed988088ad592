using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.Problems;

namespace Platform.Grains.ClientCertificates;

/// <summary>Reads what a tenant gives of an authority, and refuses what nobody should be judged by.</summary>
internal static class AuthorityBook
{
    /// <summary>Most authorities of one tenant: each brings a revocation list.</summary>
    public const int Most = 20;

    /// <summary>Authorities without a registration whose lists are remembered.</summary>
    public const int MostLists = 100;

    public static Result<TrustedAuthority> Read(string pem, DateTimeOffset now)
    {
        try
        {
            using var authority = X509CertificateLoader.LoadCertificate(Der(pem));
            return CertificateRules.IsAuthority(authority, now)
                ? new TrustedAuthority { Thumbprint = Convert.ToHexStringLower(SHA256.HashData(authority.RawData)), Certificate = authority.RawData }
                : Fault("authority", "This is not the self-signed certificate of an authority that is valid now and has an RSA key of 2048 bits or a P-256 key at least.");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or FormatException)
        {
            return Fault("authority", "Send one certificate as PEM.");
        }
    }

    /// <summary>An authority that is named again after it was no longer named. Without a list at least as new as it had, what was revoked would be good again.</summary>
    /// <param name="authority">As it was read just now.</param>
    /// <param name="text">The list that came with it.</param>
    /// <param name="known">What is remembered of the list that it had.</param>
    /// <param name="now">The time.</param>
    public static Result<TrustedAuthority> Again(TrustedAuthority authority, string? text, KnownList known, DateTimeOffset now) =>
        text is null ? Fault("revocationList", "This authority had a revocation list before: send one that is at least as new.")
        : !WithList(authority, text, now).Try(out var listed, out var refused) ? refused
        : ThisUpdateOf(listed) < known.ThisUpdate ? Fault("revocationList", "The list is older than the one that this authority had before.")
        : listed;

    /// <summary>What is remembered when these authorities are no longer named.</summary>
    public static KnownList[] Remember(KnownList[] lists, IEnumerable<TrustedAuthority> leaving)
    {
        KnownList[] left = [.. leaving.Select(authority => ThisUpdateOf(authority) is { } at ? new KnownList(authority.Thumbprint, at) : null).OfType<KnownList>()];
        return left.Length == 0 ? lists : [.. lists.Where(known => !Array.Exists(left, other => other.Authority == known.Authority)).Concat(left).TakeLast(MostLists)];
    }

    /// <summary>The authority with a newer list. An older one would bring back what was revoked since.</summary>
    public static Result<TrustedAuthority> WithList(TrustedAuthority authority, string text, DateTimeOffset now)
    {
        if (!RevocationList.TryDecode(text, out var der) || !RevocationList.TryRead(der, out var list))
        {
            return Fault("revocationList", $"Send one complete revocation list with an end (nextUpdate), as PEM or base64, of at most {RevocationList.MaxBytes} bytes.");
        }

        using var certificate = X509CertificateLoader.LoadCertificate(authority.Certificate);
        if (!list.IsSignedBy(certificate))
        {
            return Fault("revocationList", "The authority did not sign this list.");
        }

        if (!list.IsFreshAt(now))
        {
            return Fault("revocationList", "The list is not of this time.");
        }

        return authority.RevocationList is { } had && RevocationList.TryRead(had, out var before) && list.ThisUpdate < before.ThisUpdate
            ? Fault("revocationList", "The list is older than the one that is kept.")
            : authority with { RevocationList = der };
    }

    public static DateTimeOffset? FreshUntil(TrustedAuthority? authority) =>
        authority?.RevocationList is { } der && RevocationList.TryRead(der, out var list) ? list.NextUpdate : null;

    private static DateTimeOffset? ThisUpdateOf(TrustedAuthority authority) =>
        authority.RevocationList is { } der && RevocationList.TryRead(der, out var list) ? list.ThisUpdate : null;

    private static byte[] Der(string pem)
    {
        var found = PemEncoding.Find(pem);
        return pem.AsSpan()[found.Label] is "CERTIFICATE" ? Convert.FromBase64String(pem[found.Base64Data]) : throw new ArgumentException("Not a certificate.", nameof(pem));
    }

    private static Problem Fault(string member, string message) => Problem.Invalid([new FieldError(member, message)]);
}

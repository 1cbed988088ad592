using System.Security.Cryptography;
using Platform.Abstractions.ClientCertificates;
using Platform.Admin.Management;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.ClientCertificates;

/// <summary>Certificates in words, and a fingerprint of what was pasted.</summary>
internal static class CertificateText
{
    /// <summary>What its owner is known by, in one line.</summary>
    public static string Of(ClientCertificateView certificate) =>
        certificate.Subject is { } subject ? $"{Kind(subject.Kind)} {subject.Value}" : $"SHA-256 {certificate.Thumbprint?[..Math.Min(16, certificate.Thumbprint.Length)]}…";

    public static string Kind(CertificateNameKind kind) => kind switch
    {
        CertificateNameKind.Uri => "URI",
        CertificateNameKind.Dns => "DNS name",
        CertificateNameKind.DistinguishedName => "Subject",
        _ => "",
    };

    /// <summary>What was pasted into a field; nothing of it, and a fault, when there is a private key in it: that goes no further, and not back into the page.</summary>
    public static string? Pasted(PostedForm form, string field, FormFaults faults)
    {
        var text = form.Text(field);
        if (text?.Contains("PRIVATE KEY", StringComparison.OrdinalIgnoreCase) != true)
        {
            return text;
        }

        faults.Add(field, "There is a private key in this text. It was not passed on and is not shown again; leave it on its own machine, and paste the certificate alone.");
        return "";
    }

    /// <summary>The SHA-256 of a certificate in PEM; what is none comes back as it is but for the colons and blanks that tools write into a fingerprint, and REST judges it.</summary>
    public static string? ThumbprintOf(string? pasted)
    {
        if (pasted is null || !PemEncoding.TryFind(pasted, out var fields) || pasted[fields.Label] is not "CERTIFICATE")
        {
            return pasted is null ? null : string.Concat(pasted.Where(c => c != ':' && !char.IsWhiteSpace(c)));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(pasted[fields.Base64Data])));
    }
}

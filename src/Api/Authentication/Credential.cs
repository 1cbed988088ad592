using Microsoft.AspNetCore.Http;
using Platform.Hosting.Listeners;

namespace Platform.Api.Authentication;

/// <summary>
/// What a request proves its caller with: a bearer, or the certificate of its connection. With an <c>Authorization</c> header the header alone counts, even when it
/// says nothing good: a certificate never rescues it.
/// </summary>
/// <param name="Bearer">Null when there is no header; empty, which no credential is, when there is one that cannot be read.</param>
/// <param name="Certificate">Null beside a bearer.</param>
internal readonly record struct Credential(string? Bearer, PresentedCertificate? Certificate = null)
{
    public static Credential Of(HttpContext http) => http.Request.Headers.Authorization is { Count: > 0 } header
        ? new Credential(BearerCredential.Read(header) ?? "")
        : new Credential(Bearer: null, http.PresentedCertificate());
}

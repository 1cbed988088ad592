using Microsoft.AspNetCore.Http;

namespace Platform.Api.Security;

/// <summary>Headers of every answer that is data (TR-12). The console has its own, for pages.</summary>
internal static class SecurityHeaders
{
    public static void Api(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>
    /// Of the pages on which a person signs in for a client. Clients in browsers open them in a window and wait for the redirect by <c>window.opener</c>, which any other policy would take from them for
    /// good. What the opener has then is the right to send the window elsewhere, which it had before.
    /// </summary>
    public static void Popup(IHeaderDictionary headers)
    {
        Api(headers);
        headers["Cross-Origin-Opener-Policy"] = "unsafe-none";
    }
}

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
}

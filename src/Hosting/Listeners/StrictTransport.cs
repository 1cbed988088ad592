using Microsoft.AspNetCore.Builder;

namespace Platform.Hosting.Listeners;

public static class StrictTransport
{
    /// <summary>RFC 6797: browsers that were here over https come back over https alone, for a year. Said on https only (section 7.2).</summary>
    public static IApplicationBuilder UseStrictTransport(this IApplicationBuilder app) => app.Use(next => http =>
    {
        if (http.Request.IsHttps)
        {
            http.Response.Headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(http);
    });
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.Api.Security;

public static class ManagementHosts
{
    /// <summary>Refuses names that are not ours on everything of the management listener, pages and health included (TR-6).</summary>
    public static IApplicationBuilder UseManagementHosts(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<ApiOptions>>().Value;
        return app.Use((http, next) =>
        {
            // The API answers for itself: its refusal is a problem document and is audited.
            if (HostGuard.IsAllowed(http.Request.Headers.Host, options) || http.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase))
            {
                return next(http);
            }

            SecurityHeaders.Api(http.Response.Headers);
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.Api.Security;

public static class ManagementHosts
{
    /// <summary>Refuses names that are not ours on everything of the management listener, pages and health included (TR-6), and sets the headers of every answer.</summary>
    public static IApplicationBuilder UseManagementHosts(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<ApiOptions>>().Value;
        return app.Use((http, next) =>
        {
            // On health, metrics and what routing refuses too; pages set their own over these (TR-12).
            SecurityHeaders.Api(http.Response.Headers);

            // The API answers for itself: its refusal is a problem document and is audited.
            if (HostGuard.IsAllowed(http.Request.Headers.Host, options) || http.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase))
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
    }
}

using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Session;

/// <summary>Redirects by path alone. <c>NavigationManager</c> would put the request's Host header into the Location.</summary>
internal static class ConsoleRedirect
{
    /// <summary>303: the next request is a GET, whatever this one was.</summary>
    public static void GoTo(this HttpContext context, string path)
    {
        if (!LocalUrl.IsLocal(path))
        {
            throw new ArgumentException("Only this console's own paths are redirected to.", nameof(path));
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }
}

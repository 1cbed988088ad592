using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Session;

/// <summary>How a page answers with something other than 200.</summary>
internal static class PageAnswer
{
    /// <summary>Sets a page's status. Late, because Blazor answers 404 with an empty body when it sees that status before it writes.</summary>
    public static void Respond(this HttpContext context, int status) => context.Response.OnStarting(() =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    /// <summary>Redirects by path alone: <c>NavigationManager</c> would put the request's Host header into the Location. 303: the next request is a GET, whatever this one was.</summary>
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

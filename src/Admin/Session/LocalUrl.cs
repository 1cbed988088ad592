using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Session;

/// <summary>Return addresses. What is not a path of this console is ignored.</summary>
internal static class LocalUrl
{
    public const string Home = "/tenants";

    public static bool IsLocal([NotNullWhen(true)] string? url) =>
        url is { Length: > 0 and <= 512 }
        && url[0] == '/'
        // Browsers read "//host" and "/\host" as another site, and strip tabs and line breaks before they look.
        && (url.Length == 1 || (url[1] != '/' && url[1] != '\\'))
        && !url.Any(char.IsControl)
        && !url.Contains('\\', StringComparison.Ordinal);

    /// <summary>Where whoever is signed in begins: a tenant's user in that tenant.</summary>
    public static string HomeOf(string? tenant) => tenant is null ? Home : $"{Home}/{tenant}";

    public static string OrHome(string? url, string? tenant) => IsLocal(url) && !string.Equals(url, "/", StringComparison.Ordinal) ? url : HomeOf(tenant);

    /// <summary>The sign-in page, which leads back to where a GET wanted to go.</summary>
    public static string SignIn(string? reason, HttpContext context)
    {
        var query = reason is null ? "" : "reason=" + reason;
        var target = context.Request.Path + context.Request.QueryString;
        if (HttpMethods.IsGet(context.Request.Method) && IsLocal(target) && !string.Equals(target, "/", StringComparison.Ordinal))
        {
            query += (query.Length == 0 ? "" : "&") + "returnUrl=" + Uri.EscapeDataString(target);
        }

        return query.Length == 0 ? "/login" : "/login?" + query;
    }
}

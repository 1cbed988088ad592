using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Session;

/// <summary>Return addresses. What is not a path of this console is ignored.</summary>
internal static class LocalUrl
{
    /// <summary>Why somebody signs in again: a form came without a session, and nothing ran.</summary>
    public const string Unsent = "unsent";

    /// <summary>The session ended while a form was carried out: of its steps some may be done.</summary>
    public const string Interrupted = "interrupted";

    public static bool IsLocal([NotNullWhen(true)] string? url) =>
        url is { Length: > 0 and <= 512 }
        && url[0] == '/'
        // Browsers read "//host" and "/\host" as another site, and strip tabs and line breaks before they look. No other than ASCII goes into a header.
        && (url.Length == 1 || (url[1] != '/' && url[1] != '\\'))
        && url.All(c => c is > ' ' and < '\x7f')
        && !url.Contains('\\', StringComparison.Ordinal);

    /// <summary>The address, where it names a page of this console.</summary>
    public static string Or(string? url, string otherwise) => IsLocal(url) && !string.Equals(url, "/", StringComparison.Ordinal) ? url : otherwise;

    /// <summary>The sign-in page, which leads back to where a GET wanted to go, or to the form that a POST was sent from: what was typed into it is in neither address, and is gone.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="asked">Why, of a page that was asked for.</param>
    /// <param name="sent">Why, of a form.</param>
    public static string SignIn(HttpContext context, string? asked, string sent)
    {
        var isGet = HttpMethods.IsGet(context.Request.Method);
        var target = isGet ? context.Request.Path + context.Request.QueryString : FormPage.Of(context);
        var reason = isGet || target is null ? asked : sent;
        var query = reason is null ? "" : "reason=" + reason;
        if (IsLocal(target) && !string.Equals(target, "/", StringComparison.Ordinal))
        {
            query += (query.Length == 0 ? "" : "&") + "returnUrl=" + Uri.EscapeDataString(target);
        }

        return query.Length == 0 ? "/login" : "/login?" + query;
    }
}

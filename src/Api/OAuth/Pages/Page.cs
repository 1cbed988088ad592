using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Platform.Api.Security;

namespace Platform.Api.OAuth.Pages;

/// <summary>Frame and headers of the few pages that people see: no script at all, one stylesheet, nothing from elsewhere.</summary>
internal static class Page
{
    /// <summary>Text as HTML, in an attribute too.</summary>
    public static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    /// <param name="http">Of the request.</param>
    /// <param name="tenant">Whose page it is.</param>
    /// <param name="title">Plain text.</param>
    /// <param name="body">HTML.</param>
    /// <param name="redirect">Where a form's answer may lead beside us, already a source of a policy; null for nowhere.</param>
    /// <param name="status">Of the answer.</param>
    public static Task WriteAsync(HttpContext http, OAuthTenant tenant, string title, string body, string? redirect = null, int status = StatusCodes.Status200OK)
    {
        var headers = http.Response.Headers;
        SecurityHeaders.Popup(headers);

        // Chromium applies form-action to where a form's answer redirects: the client's origin belongs to it, on the one page that leads there.
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'self'; form-action 'self'{(redirect is null ? "" : " " + redirect)}; frame-ancestors 'none'; base-uri 'none'";
        headers.XFrameOptions = "DENY";

        // With no-referrer a browser says Origin: null even to ourselves.
        headers["Referrer-Policy"] = "same-origin";
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{Text(title)} · {Text(tenant.View.DisplayName)}</title>
            <link rel="stylesheet" href="{Text(tenant.Issuer.AbsoluteUri)}/oauth/style.css">
            </head>
            <body>
            <main class="card">
            <p class="tenant">{Text(tenant.View.DisplayName)}</p>
            <h1>{Text(title)}</h1>
            {body}
            </main>
            <p class="foot">{Text(tenant.Issuer.Authority)}</p>
            </body>
            </html>
            """,
            Encoding.UTF8,
            http.RequestAborted);
    }

    public static Task ErrorAsync(HttpContext http, OAuthTenant tenant, string title, string text, int status = StatusCodes.Status400BadRequest) =>
        WriteAsync(http, tenant, title, $"<p class=\"problem\" role=\"alert\">{Text(text)}</p><p class=\"hint\">Nothing was given away. Close this page and start again from the application.</p>", status: status);
}

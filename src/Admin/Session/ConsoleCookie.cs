using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Platform.Admin.Security;

namespace Platform.Admin.Session;

/// <summary>The sign-in cookie: a ticket encrypted by Data Protection that carries the REST session's token, and lives no longer than it (AU-11).</summary>
internal static class ConsoleCookie
{
    public const string Scheme = "mocopr-console";
    public const string Policy = "mocopr-console";
    public const string Name = "mocopr-console";

    /// <summary>Name of the REST session's token among the ticket's tokens.</summary>
    public const string Token = "session";

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Name;
        options.Cookie.Path = "/";
        options.Cookie.HttpOnly = true;
        options.Cookie.IsEssential = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.CookieManager = new HostPrefixCookies();
        options.SlidingExpiration = false;
        options.Events.OnRedirectToLogin = context => RedirectAsync(context.HttpContext);
        options.Events.OnRedirectToAccessDenied = context => RedirectAsync(context.HttpContext);
    }

    private static Task RedirectAsync(HttpContext context)
    {
        ConsoleHeaders.Apply(context);
        context.Response.Redirect(LocalUrl.SignIn(context, asked: null, LocalUrl.Unsent));
        return Task.CompletedTask;
    }

    /// <summary>
    /// Over https the name gets the <c>__Host-</c> prefix, so that no sibling host and no plain-http page can plant it. Off the console's endpoints
    /// the cookie does not exist: REST must never be driven by a browser's ambient credential.
    /// </summary>
    private sealed class HostPrefixCookies : ICookieManager
    {
        private readonly ChunkingCookieManager _inner = new();

        public string? GetRequestCookie(HttpContext context, string key) =>
            ConsoleEndpoint.Is(context) ? _inner.GetRequestCookie(context, NameFor(context, key)) : null;

        public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
            _inner.AppendResponseCookie(context, NameFor(context, key), value, options);

        public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
            _inner.DeleteCookie(context, NameFor(context, key), options);

        private static string NameFor(HttpContext context, string key) => context.Request.IsHttps ? "__Host-" + key : key;
    }
}

using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Sessions;

namespace Platform.Admin.Session;

/// <summary>Turns a session that REST opened into a fresh ticket. Nothing of an earlier ticket is taken over.</summary>
internal static class ConsoleSignIn
{
    /// <summary>Slug of the tenant that the session is confined to; absent for the platform's own users. REST confines it; the console only chooses links by it.</summary>
    private const string Tenant = "tenant";

    public static Task SignInConsoleAsync(this HttpContext context, ConsoleSessionOpened opened)
    {
        Claim[] tenant = opened.Session.TenantSlug is { } slug ? [new Claim(Tenant, slug)] : [];
        var identity = new ClaimsIdentity(
            [
                .. tenant,
                new Claim(ClaimTypes.NameIdentifier, opened.Session.Principal),
                new Claim(ClaimTypes.Name, opened.Session.DisplayName),
                // Binds antiforgery tokens to this session: a form of an earlier one no longer passes.
                new Claim("sid", opened.Session.Id),
                new Claim("sub", opened.Session.Id),
            ],
            ConsoleCookie.Scheme);
        var properties = new AuthenticationProperties
        {
            IsPersistent = false,
            AllowRefresh = false,
            ExpiresUtc = opened.Session.ExpiresAt,
        };
        properties.StoreTokens([new AuthenticationToken { Name = ConsoleCookie.Token, Value = opened.Token }]);
        return context.SignInAsync(ConsoleCookie.Scheme, new ClaimsPrincipal(identity), properties);
    }

    public static Task SignOutConsoleAsync(this HttpContext context) => context.SignOutAsync(ConsoleCookie.Scheme);

    /// <summary>The slug of the tenant whose user is signed in, or null.</summary>
    public static string? TenantSlug(this HttpContext context) => context.User.FindFirst(Tenant)?.Value;

    /// <summary>The REST token of this request's ticket; null when nobody is signed in.</summary>
    public static Task<string?> ConsoleTokenAsync(this HttpContext context) =>
        context.GetTokenAsync(ConsoleCookie.Scheme, ConsoleCookie.Token);
}

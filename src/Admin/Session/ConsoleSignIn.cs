using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Sessions;

namespace Platform.Admin.Session;

/// <summary>Turns a session that REST opened into a fresh ticket. Nothing of an earlier ticket is taken over.</summary>
internal static class ConsoleSignIn
{
    public static Task SignInConsoleAsync(this HttpContext context, ConsoleSessionOpened opened)
    {
        var identity = new ClaimsIdentity(
            [
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

    /// <summary>The REST token of this request's ticket; null when nobody is signed in.</summary>
    public static Task<string?> ConsoleTokenAsync(this HttpContext context) =>
        context.GetTokenAsync(ConsoleCookie.Scheme, ConsoleCookie.Token);
}

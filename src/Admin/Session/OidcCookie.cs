using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenants;

namespace Platform.Admin.Session;

/// <summary>
/// What a browser keeps while it is at a tenant's provider: which tenant, and the binding that proves it began. Lax, because it comes back by a link from another site. It proves nothing else: without a
/// state that REST keeps, and a code of the provider, it opens nothing.
/// </summary>
internal static class OidcCookie
{
    private const string Name = "mocopr-console-oidc";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <param name="context">Of the request.</param>
    /// <param name="tenant">Its slug.</param>
    /// <param name="binding">Of this sign-in to this browser.</param>
    /// <param name="returnUrl">Where somebody wanted to go; what is not a path of this console is not kept.</param>
    public static void Keep(HttpContext context, string tenant, string binding, string? returnUrl) =>
        context.Response.Cookies.Append(NameFor(context), $"{tenant}.{binding}.{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(LocalUrl.Or(returnUrl, "")))}", Options(context, Life));

    /// <summary>Once: whatever comes of it, the browser has it no longer. Null when there is none that could be one.</summary>
    public static (string Tenant, string Binding, string? ReturnUrl)? Take(HttpContext context)
    {
        var value = context.Request.Cookies[NameFor(context)];
        if (value is null)
        {
            return null;
        }

        context.Response.Cookies.Delete(NameFor(context), Options(context, life: null));
        return value.Split('.') is [var tenant, var binding, var address] && TenantSlug.IsValid(tenant) && OidcHandle.IsValid(binding) ? (tenant, binding, Read(address)) : null;
    }

    // The cookie is the browser's, so what it says is judged again where it is followed.
    private static string? Read(string address)
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(address));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // As the session's cookie: over https no sibling host and no plain-http page can plant one.
    private static string NameFor(HttpContext context) => context.Request.IsHttps ? "__Host-" + Name : Name;

    private static CookieOptions Options(HttpContext context, TimeSpan? life) => new()
    {
        Path = "/",
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        MaxAge = life,
    };
}

using Microsoft.AspNetCore.Http;
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

    public static void Keep(HttpContext context, string tenant, string binding) =>
        context.Response.Cookies.Append(NameFor(context), $"{tenant}.{binding}", Options(context, Life));

    /// <summary>Once: whatever comes of it, the browser has it no longer. Null when there is none that could be one.</summary>
    public static (string Tenant, string Binding)? Take(HttpContext context)
    {
        var value = context.Request.Cookies[NameFor(context)];
        if (value is null)
        {
            return null;
        }

        context.Response.Cookies.Delete(NameFor(context), Options(context, life: null));
        var dot = value.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && TenantSlug.IsValid(value.AsSpan(0, dot)) && OidcHandle.IsValid(value[(dot + 1)..]) ? (value[..dot], value[(dot + 1)..]) : null;
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

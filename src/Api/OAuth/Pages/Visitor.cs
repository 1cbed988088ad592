using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Logins;
using Platform.Abstractions.OAuth;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.OAuth.Pages;

/// <summary>
/// The browser before a tenant's pages, by one cookie: <c>id.secret</c>, first without, then with a sign-in behind it. Its name is the tenant's, so that no two tenants, and not the console,
/// share one. A form proves that it is ours by a hash of the secret, which no other site can read.
/// </summary>
internal sealed class Visitor(OAuthTenant tenant, TenantGrains grains, TimeProvider clock)
{
    private const int IdBytes = 12;
    private const int SecretBytes = 32;
    private const int Length = 16 + 1 + 43;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private string? _cookie;

    /// <summary>What belongs into a form's field <c>form</c>.</summary>
    public string FormKey => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes("form." + (_cookie ?? throw new InvalidOperationException("The visitor was not read.")))));

    /// <summary>Who is signed in, or null; a browser without a cookie gets one, to tie the form to.</summary>
    public async ValueTask<SignedIn?> ReadAsync(HttpContext http)
    {
        _cookie = http.Request.Cookies[Name] is { Length: Length } sent && sent[16] == '.' && Base64Url.IsValid(sent.AsSpan(0, 16)) && Base64Url.IsValid(sent.AsSpan(17)) ? sent : null;
        if (_cookie is null)
        {
            Set(http, New());
            return null;
        }

        return await Grain(_cookie).FindAsync(HashOf(_cookie));
    }

    /// <summary>Whether a form came from a page that this browser got from us.</summary>
    public bool Owns(HttpContext http, string? formKey)
    {
        // A browser that names an origin names ours; one that names none is stopped by the key.
        var origin = http.Request.Headers.Origin;
        if (origin.Count > 0 && !(origin is [{ } one] && string.Equals(one, tenant.Site, StringComparison.Ordinal)))
        {
            return false;
        }

        return _cookie is not null && formKey is { Length: 43 } && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(FormKey), Encoding.ASCII.GetBytes(formKey));
    }

    /// <summary>Signs in under a new cookie: one that was there before is worth nothing afterwards.</summary>
    public async ValueTask<Problem?> SignInAsync(HttpContext http, string principal, LoginVerdict verdict)
    {
        var cookie = New();
        if (await Grain(cookie).OpenAsync(new OpenSignIn(HashOf(cookie), principal, verdict, clock.GetUtcNow() + Life)) is { } refused)
        {
            return refused;
        }

        Set(http, cookie);
        return null;
    }

    public async ValueTask SignOutAsync(HttpContext http)
    {
        if (_cookie is not null)
        {
            await Grain(_cookie).CloseAsync();
        }

        http.Response.Cookies.Delete(Name, Options());
    }

    private bool IsSecure => string.Equals(tenant.Issuer.Scheme, "https", StringComparison.Ordinal);

    // Browsers believe __Host- over https only; plain http is served on loopback alone.
    private string Name => $"{(IsSecure ? "__Host-" : "")}mocopr-oauth-{tenant.View.Slug}";

    private ISignInGrain Grain(string cookie) => grains.For(tenant.Id).Get<ISignInGrain>(cookie[..16]);

    private void Set(HttpContext http, string cookie)
    {
        _cookie = cookie;
        http.Response.Cookies.Append(Name, cookie, Options());
    }

    private CookieOptions Options() => new() { HttpOnly = true, Secure = IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };

    private static string New() => $"{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes))}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";

    private static byte[] HashOf(string cookie) => SHA256.HashData(Encoding.ASCII.GetBytes(cookie[17..]));
}

using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Session;

/// <summary>A file that was not taken, for the page that it was chosen on.</summary>
/// <param name="What">The file; null when none was chosen.</param>
/// <param name="Why">For people.</param>
internal sealed record UploadRefused(string? What, string Why);

/// <summary>
/// Brings the reason of a refused upload to the page with the form: a cookie that is sealed by Data Protection, so that no link and no other site can make the console say something, is sent there alone, and is read once.
/// </summary>
internal sealed class UploadNotice(IDataProtectionProvider protection)
{
    private const string Name = "mocopr-console-upload";

    // A cookie has 4 KiB.
    private const int MostCharacters = 400;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("mocopr-console-upload").ToTimeLimitedDataProtector();

    public void Leave(HttpContext context, string path, UploadRefused refused) => context.Response.Cookies.Append(
        NameFor(context), _protector.Protect(JsonSerializer.Serialize(new UploadRefused(Short(refused.What), Short(refused.Why)!)), Life), Options(context, path, Life));

    /// <summary>Null when there is none, or one that was not sealed here just now.</summary>
    public UploadRefused? Take(HttpContext context, string path)
    {
        if (context.Request.Cookies[NameFor(context)] is not { } value)
        {
            return null;
        }

        context.Response.Cookies.Delete(NameFor(context), Options(context, path, life: null));
        try
        {
            return JsonSerializer.Deserialize<UploadRefused>(_protector.Unprotect(value));
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }

    private static string? Short(string? text) => text is { Length: > MostCharacters } ? text[..MostCharacters] + "…" : text;

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? "__Secure-" + Name : Name;

    private static CookieOptions Options(HttpContext context, string path, TimeSpan? life) => new()
    {
        Path = path,
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        MaxAge = life,
    };
}

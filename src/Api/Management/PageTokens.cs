using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Platform.Api.Management;

/// <summary>
/// Tokens of the next page of a list (AIP-158). They are sealed, since the place where a page ended may name what the reader does not see, and bound to the list with its filter and order: a token of
/// another one is refused instead of answering a page that fits neither. Every front end of the platform opens them; they outlive restarts.
/// </summary>
internal sealed class PageTokens(IDataProtectionProvider protection)
{
    /// <summary>Most characters of a token: the longest key, the URL of an OAuth client of 2048 characters, sealed and in base64url.</summary>
    public const int MaxLength = 3_000;

    public const string Parameter = "pageToken";

    private readonly IDataProtector _seal = protection.CreateProtector("mocopr/page-token");

    /// <param name="list">The request for the page before, its filter in parameters.</param>
    /// <param name="place">Where it ended.</param>
    public string Seal(HttpRequest list, string place)
    {
        var clear = new byte[SHA256.HashSizeInBytes + Encoding.UTF8.GetByteCount(place)];
        Identify(list, clear);
        Encoding.UTF8.GetBytes(place, clear.AsSpan(SHA256.HashSizeInBytes));
        return Base64Url.EncodeToString(_seal.Protect(clear));
    }

    /// <summary>False for everything that this list, so filtered and ordered, did not give out.</summary>
    /// <param name="list">The request for the page, its filter in parameters.</param>
    /// <param name="token">As the client sent it.</param>
    /// <param name="place">Where the page before ended.</param>
    public bool TryOpen(HttpRequest list, string token, out string place)
    {
        place = "";
        if (token.Length is 0 or > MaxLength || !Base64Url.IsValid(token))
        {
            return false;
        }

        byte[] clear;
        try
        {
            clear = _seal.Unprotect(Base64Url.DecodeFromChars(token));
        }
        catch (CryptographicException)
        {
            return false;
        }

        Span<byte> identity = stackalloc byte[SHA256.HashSizeInBytes];
        Identify(list, identity);
        if (!clear.AsSpan().StartsWith(identity))
        {
            return false;
        }

        place = Encoding.UTF8.GetString(clear.AsSpan(identity.Length));
        return true;
    }

    // Control characters are in no path, and lengths keep a name from running into its value.
    private static void Identify(HttpRequest list, Span<byte> identity)
    {
        var text = new StringBuilder(list.Path.Value);
        foreach (var (name, value) in list.Query.Where(pair => pair.Key is not (Parameter or "pageSize")).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var said = value.ToString();
            text.Append('\n').Append(name).Append('=').Append(said.Length).Append(':').Append(said);
        }

        SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()), identity);
    }
}

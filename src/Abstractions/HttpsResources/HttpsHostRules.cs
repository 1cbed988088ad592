using System.Buffers;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Resources;

namespace Platform.Abstractions.HttpsResources;

/// <summary>What an entry of a tenant's list of https hosts may say, and what it covers (IN-4). Names are whole: there are no wildcards.</summary>
public static class HttpsHostRules
{
    public const int MaxHosts = 100;
    public const int MaxPrefix = 200;
    public const int MaxTypes = 16;
    public const int DefaultBytes = 1024 * 1024;
    public const int MaxBytes = 2 * 1024 * 1024;

    private const string Scheme = "https/";

    // RFC 6761, 6762, 7686, 9476: such names lead nowhere or inside. What the others resolve to is judged when a connection is made.
    private static readonly string[] NotOfTheInternet = [".localhost", ".local", ".internal", ".arpa", ".onion", ".alt"];

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    public static IReadOnlyList<string> DefaultTypes { get; } =
        ["text/plain", "text/markdown", "text/html", "text/csv", "application/json", "application/pdf", "image/png", "image/jpeg"];

    /// <summary>A DNS name of two labels or more in lower case, with its port unless that is 443: as a canonical URI writes it.</summary>
    public static bool IsHost(string text)
    {
        if (!ResourceUri.TryParse($"https://{text}/", out var uri) || !string.Equals(uri.Target, Scheme + text, StringComparison.Ordinal))
        {
            return false;
        }

        var name = text.Split(':')[0];
        return name.Contains('.', StringComparison.Ordinal) && !Array.Exists(NotOfTheInternet, end => name.EndsWith(end, StringComparison.Ordinal));
    }

    /// <summary><c>/</c>, or segments of unreserved characters (RFC 3986, 2.3), such as <c>/docs/v2</c>.</summary>
    public static bool IsPrefix(string text)
    {
        if (text.Length is 0 or > MaxPrefix || text[0] != '/')
        {
            return false;
        }

        var path = text.AsSpan(1);
        if (path.IsEmpty)
        {
            return true;
        }

        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment.Trim('.').IsEmpty || segment.ContainsAnyExcept(Plain))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The host of an https URI, as lists name it.</summary>
    public static string HostOf(ResourceUri uri)
    {
        var end = uri.Target.IndexOf('/', Scheme.Length);
        return end < 0 ? uri.Target[Scheme.Length..] : uri.Target[Scheme.Length..end];
    }

    /// <summary>Whether the entry lets a page be read: below its prefix by whole segments, or the prefix itself.</summary>
    public static bool Covers(HttpsHost entry, ResourceUri uri)
    {
        if (!string.Equals(uri.Scheme, "https", StringComparison.Ordinal) || !string.Equals(HostOf(uri), entry.Host, StringComparison.Ordinal))
        {
            return false;
        }

        var path = uri.Target.AsSpan(Scheme.Length + entry.Host.Length);
        return HasPlainSegments(path)
            && (entry.PathPrefix.Length == 1
                || (path.StartsWith(entry.PathPrefix, StringComparison.Ordinal) && (path.Length == entry.PathPrefix.Length || path[entry.PathPrefix.Length] == '/')));
    }

    /// <summary>The permission to read all that an entry covers.</summary>
    public static Permission ReadOf(HttpsHost entry) => Permission.Parse($"resources:read:{Scheme}{BaseOf(entry)}/*");

    /// <summary>Host and prefix, as a URI begins with them.</summary>
    public static string BaseOf(HttpsHost entry) => entry.PathPrefix.Length == 1 ? entry.Host : entry.Host + entry.PathPrefix;

    // Some servers cut a segment at its semicolon before they fold dot segments: to them "/docs/..;/admin" is "/admin".
    private static bool HasPlainSegments(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty)
        {
            return true;
        }

        path = path[1..];
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            var cut = segment.IndexOf(';');
            if (cut >= 0 && segment[..cut].Trim(". ").IsEmpty)
            {
                return false;
            }
        }

        return true;
    }
}

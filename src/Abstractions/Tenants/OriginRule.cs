using System.Buffers;

namespace Platform.Abstractions.Tenants;

/// <summary>Browser origins, compared exactly by scheme, host and port (TR-5).</summary>
public static class OriginRule
{
    // Uri would take Unicode hosts and an empty user: a browser sends punycode and no user.
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_:/[]");

    /// <summary>True for <c>http(s)://host[:port]</c> in the one form a browser sends: lower case, no path, no default port, no trailing dot.</summary>
    public static bool IsValid(string? origin) =>
        origin is { Length: > 0 and <= 300 }
        && !origin.AsSpan().ContainsAnyExcept(Allowed)
        && Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && (string.Equals(uri.Scheme, "https", StringComparison.Ordinal) || string.Equals(uri.Scheme, "http", StringComparison.Ordinal))
        && !uri.Host.EndsWith('.')
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.Ordinal);
}

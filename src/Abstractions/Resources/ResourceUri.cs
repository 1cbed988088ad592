using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Resources;

/// <summary>
/// The URI of a resource, parsed once and made canonical once (IN-3). Whoever holds one asks no further questions about its form:
/// <see cref="Target"/> is what permissions speak of, <see cref="ToString"/> the one way to write it.
/// <list type="bullet">
/// <item><c>memory://{key}</c>, the case of the key kept; object <c>memory/{key}</c>.</item>
/// <item><c>file:///{path}</c>, no authority, not even <c>localhost</c>, and no top folder named as another scheme; object <c>{path}</c>.</item>
/// <item><c>https://{host}[:{port}][/{path}]</c>, a DNS name in ASCII (IDN as punycode), folded to lower case, without the default port; object <c>https/{host}/{path}</c>.</item>
/// <item><c>{scheme}://{path}</c> of a scheme that the host adds; object <c>{scheme}/{path}</c>.</item>
/// </list>
/// Refused everywhere: a scheme in another case (folding would make two spellings of one resource, and headers are compared with bodies exactly),
/// user info, a fragment, and a query, which no permission could speak of. No <see cref="System.Uri"/>: it folds, repairs and decodes.
/// </summary>
public readonly record struct ResourceUri
{
    /// <summary>Longest text that is looked at.</summary>
    public const int MaxLength = 2048;

    private const string Separator = "://";

    private readonly string? _scheme;
    private readonly string? _object;
    private readonly string? _text;

    private ResourceUri(string scheme, string target, string text) => (_scheme, _object, _text) = (scheme, target, text);

    /// <summary><c>file</c>, <c>memory</c>, <c>https</c> or one that the host added.</summary>
    public string Scheme => _scheme ?? throw Uninitialized();

    /// <summary>The canonical, decoded object of a permission (AZ-2): no empty or dot segment, no control character, no backslash.</summary>
    public string Target => _object ?? throw Uninitialized();

    public override string ToString() => _text ?? throw Uninitialized();

    public static bool TryParse([NotNullWhen(true)] string? text, out ResourceUri uri) => TryParse(text, null, out uri);

    /// <param name="text">Untrusted.</param>
    /// <param name="moreSchemes">Schemes served beside the three, in lower case; for test hosts.</param>
    /// <param name="uri">The canonical URI; <c>default</c> when refused.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, IReadOnlySet<string>? moreSchemes, out ResourceUri uri)
    {
        uri = default;
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        if (end <= 0)
        {
            return false;
        }

        var scheme = text[..end];
        var rest = text.AsSpan(end + Separator.Length);
        return scheme switch
        {
            "memory" => TryMemory(text, out uri),
            "file" => TryFile(rest, moreSchemes, out uri),
            "https" => TryHttps(rest, out uri),
            _ => moreSchemes is not null && moreSchemes.Contains(scheme) && TryOther(scheme, rest, out uri),
        };
    }

    private static bool TryMemory(string text, out ResourceUri uri)
    {
        var isKey = MemoryKey.TryParseUri(text, out var key);
        uri = isKey ? new ResourceUri("memory", MemoryKey.Target(key!), text) : default;
        return isKey;
    }

    private static bool TryFile(ReadOnlySpan<char> rest, IReadOnlySet<string>? moreSchemes, out ResourceUri uri)
    {
        uri = default;

        // A colon would be a drive or a stream of other systems.
        if (rest is not ['/', ..] || !UriPath.TryRead(rest[1..], out var decoded, out var written) || decoded.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        // A file must not have the object of another scheme's resource: a grant of one would be a grant of the other.
        var top = decoded.Split('/', 2)[0];
        if (top is "memory" or "https" || moreSchemes?.Contains(top) == true)
        {
            return false;
        }

        uri = new ResourceUri("file", decoded, "file:///" + written);
        return true;
    }

    private static bool TryHttps(ReadOnlySpan<char> rest, out ResourceUri uri)
    {
        uri = default;
        var slash = rest.IndexOf('/');
        if (!UriHost.TryRead(slash < 0 ? rest : rest[..slash], out var host))
        {
            return false;
        }

        var path = slash < 0 ? [] : rest[(slash + 1)..];
        if (path.IsEmpty)
        {
            uri = new ResourceUri("https", "https/" + host, $"https://{host}/");
            return true;
        }

        if (!UriPath.TryRead(path, out var decoded, out var written))
        {
            return false;
        }

        uri = new ResourceUri("https", $"https/{host}/{decoded}", $"https://{host}/{written}");
        return true;
    }

    private static bool TryOther(string scheme, ReadOnlySpan<char> rest, out ResourceUri uri)
    {
        var isPath = UriPath.TryRead(rest, out var decoded, out var written);
        uri = isPath ? new ResourceUri(scheme, $"{scheme}/{decoded}", $"{scheme}://{written}") : default;
        return isPath;
    }

    private static InvalidOperationException Uninitialized() => new("An uninitialized ResourceUri was used.");
}

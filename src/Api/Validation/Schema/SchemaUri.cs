namespace Platform.Api.Validation.Schema;

/// <summary>
/// Resolves URI references as RFC 3986 §5.2 says, on text alone: .NET's Uri takes "/x" for a file, lowers and unescapes.
/// The result is a name to look up, never an address to open.
/// </summary>
internal static class SchemaUri
{
    /// <summary>The target without its fragment, which is handed out as written and without "#".</summary>
    public static string Resolve(string baseUri, string reference, out string fragment)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        fragment = hash < 0 ? "" : reference[(hash + 1)..];
        var target = hash < 0 ? reference : reference[..hash];
        if (target.Length == 0)
        {
            return baseUri;
        }

        if (Split(target, out var root, out var path, out var query))
        {
            return root + WithoutDots(path) + query;
        }

        Split(baseUri, out var baseRoot, out var basePath, out _);
        if (root.Length > 0)
        {
            // "//host/path" keeps the scheme only.
            return baseRoot[..(baseRoot.IndexOf(':', StringComparison.Ordinal) + 1)] + root + WithoutDots(path) + query;
        }

        if (path.Length == 0)
        {
            return baseRoot + basePath + query;
        }

        var folder = basePath[..(basePath.LastIndexOf('/') + 1)];
        return baseRoot + WithoutDots(path[0] == '/' ? path : folder + path) + query;
    }

    /// <summary>Splits off scheme and authority (the root) and the query with its "?"; true when there is a scheme.</summary>
    private static bool Split(string uri, out string root, out string path, out string query)
    {
        var mark = uri.IndexOf('?', StringComparison.Ordinal);
        query = mark < 0 ? "" : uri[mark..];
        path = mark < 0 ? uri : uri[..mark];
        var scheme = path.IndexOfAny([':', '/']);
        scheme = scheme > 0 && path[scheme] == ':' && char.IsAsciiLetter(path[0]) ? scheme + 1 : 0;
        var rooted = scheme;
        if (path.AsSpan(scheme).StartsWith("//", StringComparison.Ordinal))
        {
            rooted = path.IndexOf('/', scheme + 2);
            rooted = rooted < 0 ? path.Length : rooted;
        }

        root = path[..rooted];
        path = path[rooted..];
        return scheme > 0;
    }

    private static string WithoutDots(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal) && !path.StartsWith('.'))
        {
            return path;
        }

        var kept = new List<string>();
        var segments = path.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] == ".." && kept.Count > (path[0] == '/' ? 1 : 0))
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (segments[i] is not ("." or ".."))
            {
                kept.Add(segments[i]);
                continue;
            }

            if (isLast)
            {
                kept.Add("");
            }
        }

        return string.Join('/', kept);
    }
}

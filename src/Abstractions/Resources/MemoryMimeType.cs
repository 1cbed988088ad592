namespace Platform.Abstractions.Resources;

/// <summary>Media types of memory resources: a type and a subtype in lower case, without parameters. A text is always UTF-8.</summary>
public static class MemoryMimeType
{
    public const int MaxLength = 100;

    /// <summary>Of a text that comes without one.</summary>
    public const string Text = "text/plain";

    /// <summary>Of bytes that come without one.</summary>
    public const string Bytes = "application/octet-stream";

    public static bool IsValid(ReadOnlySpan<char> type)
    {
        var slash = type.IndexOf('/');
        return type.Length <= MaxLength && slash > 0 && IsName(type[..slash]) && IsName(type[(slash + 1)..]);
    }

    /// <summary>True for what people read: it is kept and given back as text.</summary>
    public static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal)
        || type.EndsWith("+json", StringComparison.Ordinal)
        || type.EndsWith("+xml", StringComparison.Ordinal)
        || type.EndsWith("+yaml", StringComparison.Ordinal)
        || type is "application/json" or "application/xml" or "application/yaml" or "application/javascript" or "application/x-ndjson";

    // The part of RFC 6838, 4.2, that is in use.
    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('.' or '+' or '-' or '_'))
            {
                return false;
            }
        }

        return name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]);
    }
}

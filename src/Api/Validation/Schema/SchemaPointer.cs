namespace Platform.Api.Validation.Schema;

/// <summary>JSON Pointers (RFC 6901) into schemas.</summary>
internal static class SchemaPointer
{
    /// <summary>The pointer with one more token.</summary>
    public static string Append(string pointer, string token) =>
        pointer + "/" + token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>
    /// A pointer as it stands in a fragment, percent-encoded, in the one form that <see cref="Append"/> writes; an invalid
    /// "~" becomes a token that no pointer has.
    /// </summary>
    public static string FromFragment(string fragment)
    {
        var tokens = Uri.UnescapeDataString(fragment).Split('/')[1..];
        var pointer = "";
        foreach (var token in tokens)
        {
            pointer = Append(pointer, token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        }

        return pointer;
    }
}

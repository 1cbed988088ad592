using System.Buffers;
using System.Collections.Frozen;

namespace Platform.Abstractions.Files;

/// <summary>
/// The file name extensions that are accepted and the media type of each (RS-2). The last extension decides, in lower case, exactly; what a client says of its content does not.
/// </summary>
public sealed class FileTypes
{
    /// <summary>The guide's three, and what tools and people exchange most beside them.</summary>
    public const string Default = ".txt=text/plain, .json=application/json, .md=text/markdown, .csv=text/csv, .png=image/png, .jpg=image/jpeg, .pdf=application/pdf";

    private const int MaxTypes = 64;
    private const int MaxExtension = 16;

    private static readonly SearchValues<char> Lower = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    private static readonly SearchValues<char> Token = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.+-");

    private readonly FrozenDictionary<string, string> _types;

    private FileTypes(Dictionary<string, string> types) => _types = types.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Accepts nothing.</summary>
    public static FileTypes None { get; } = new([]);

    /// <summary><see cref="Default"/>, read.</summary>
    public static FileTypes Standard { get; } = Read(Default, out var types) is null ? types : None;

    /// <summary>The accepted extensions, for people.</summary>
    public string Names => string.Join(", ", _types.Keys.Order(StringComparer.Ordinal));

    /// <summary>Reads a list such as <see cref="Default"/>.</summary>
    /// <returns>The entry at fault and why, or null.</returns>
    public static string? Read(string text, out FileTypes types)
    {
        types = None;
        var entries = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (entries.Length is 0 or > MaxTypes)
        {
            return $"has {entries.Length} entries; name 1 to {MaxTypes} extensions, such as .md=text/markdown.";
        }

        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var parts = entry.Split('=', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || !IsExtension(parts[0]) || !IsMediaType(parts[1]))
            {
                return $"has '{entry}'; write a lower-case extension and its media type, such as .md=text/markdown.";
            }

            if (!read.TryAdd(parts[0], parts[1]))
            {
                return $"has '{parts[0]}' twice; name each extension once.";
            }
        }

        types = new FileTypes(read);
        return null;
    }

    /// <summary>The media type of a file of this name; null when its extension is not accepted.</summary>
    public string? Of(FilePath path)
    {
        var text = path.ToString();
        var name = text.AsSpan(text.LastIndexOf('/') + 1);
        var dot = name.LastIndexOf('.');

        // A name that is all extension has none.
        return dot > 0 && _types.TryGetValue(name[dot..].ToString(), out var type) ? type : null;
    }

    /// <summary>Whether a reader may be shown the content as text.</summary>
    public static bool IsText(string mediaType) =>
        mediaType.StartsWith("text/", StringComparison.Ordinal) || string.Equals(mediaType, "application/json", StringComparison.Ordinal);

    private static bool IsExtension(string text) => text.Length is > 1 and <= MaxExtension && text[0] == '.' && text.AsSpan(1).IndexOfAnyExcept(Lower) < 0;

    internal static bool IsMediaType(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2 && Array.TrueForAll(parts, part => part.Length is > 0 and <= 64 && part.AsSpan().IndexOfAnyExcept(Token) < 0);
    }
}

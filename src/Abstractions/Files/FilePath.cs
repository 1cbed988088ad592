using System.Diagnostics.CodeAnalysis;
using System.Text;
using Platform.Abstractions.Resources;

namespace Platform.Abstractions.Files;

/// <summary>
/// The path of a file below its tenant's root, as <see cref="ResourceUri"/> makes it canonical, and one that a file system holds: at most
/// <see cref="MaxSegments"/> segments of at most 255 bytes. What a permission speaks of.
/// </summary>
public readonly record struct FilePath
{
    public const int MaxSegments = 32;
    private const int MaxSegmentBytes = 255;
    private const string Prefix = "file:///";

    private readonly string? _text;
    private readonly string? _uri;

    private FilePath(string text, string uri) => (_text, _uri) = (text, uri);

    /// <summary><c>file:///…</c>.</summary>
    public string Uri => _uri ?? throw Uninitialized();

    public string[] Segments => ToString().Split('/');

    public override string ToString() => _text ?? throw Uninitialized();

    public static bool TryFrom(ResourceUri uri, out FilePath path)
    {
        path = default;
        if (!string.Equals(uri.Scheme, "file", StringComparison.Ordinal))
        {
            return false;
        }

        var segments = uri.Target.Split('/');
        if (segments.Length > MaxSegments || Array.Exists(segments, segment => Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes))
        {
            return false;
        }

        path = new FilePath(uri.Target, uri.ToString());
        return true;
    }

    /// <summary>Reads what stands behind <c>file:///</c>, encoded as in a URI.</summary>
    public static bool TryParseEncoded(string text, out FilePath path)
    {
        path = default;
        return ResourceUri.TryParse(Prefix + text, out var uri) && TryFrom(uri, out path);
    }

    /// <summary>Reads the decoded form, which <see cref="ToString"/> gives.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FilePath path)
    {
        path = default;
        return text is { Length: > 0 and <= ResourceUri.MaxLength }
            && TryParseEncoded(string.Join('/', text.Split('/').Select(System.Uri.EscapeDataString)), out path)
            && string.Equals(path._text, text, StringComparison.Ordinal);
    }

    private static InvalidOperationException Uninitialized() => new("An uninitialized FilePath was used.");
}

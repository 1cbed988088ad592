using System.Text;

namespace Platform.Api.Mcp;

/// <summary>Values of <c>Mcp-Name</c> and <c>Mcp-Param-*</c> headers (MCP 2026-07-28, Streamable HTTP, Value Encoding).</summary>
internal static class HeaderValue
{
    private const string Prefix = "=?base64?";
    private const string Suffix = "?=";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Visible ASCII, space and tab: what a value may consist of (RFC 9110, section 5.5).</summary>
    public static bool IsPlain(string header) =>
        !header.AsSpan().ContainsAnyExceptInRange('\t', '~') && !header.AsSpan().ContainsAnyInRange('\n', '\u001f');

    /// <summary>The decoded value, or null when it has characters a header must not have or a broken sentinel.</summary>
    public static string? Decode(string header)
    {
        if (!IsPlain(header))
        {
            return null;
        }

        if (!header.StartsWith(Prefix, StringComparison.Ordinal) || !header.EndsWith(Suffix, StringComparison.Ordinal) || header.Length < Prefix.Length + Suffix.Length)
        {
            return header;
        }

        var encoded = header.AsSpan(Prefix.Length, header.Length - Prefix.Length - Suffix.Length);
        var bytes = new byte[encoded.Length];

        // The framework skips white space inside; another reader of the header would not.
        if (encoded.ContainsAny(' ', '\t') || !Convert.TryFromBase64Chars(encoded, bytes, out var written))
        {
            return null;
        }

        try
        {
            return Strict.GetString(bytes, 0, written);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

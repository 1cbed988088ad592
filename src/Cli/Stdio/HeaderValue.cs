using System.Text;

namespace Platform.Cli.Stdio;

/// <summary>Values of <c>Mcp-Name</c> and <c>Mcp-Param-*</c> headers (MCP 2026-07-28, Streamable HTTP, Value Encoding).</summary>
internal static class HeaderValue
{
    private const string Prefix = "=?base64?";
    private const string Suffix = "?=";

    /// <summary>The value as it is, or behind the sentinel when a header cannot carry it safely or it looks like a sentinel itself.</summary>
    public static string Encode(string value) =>
        IsSafe(value) ? value : string.Concat(Prefix, Convert.ToBase64String(Encoding.UTF8.GetBytes(value)), Suffix);

    /// <summary>Visible ASCII without blanks: what a version, a method or an event id in a header may consist of.</summary>
    public static bool IsVisible(string value) => value.Length > 0 && !value.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>RFC 9110, section 5.6.2.</summary>
    public static bool IsToken(string value) => value.Length > 0 && value.All(character => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal));

    private static bool IsSafe(string value) =>
        !value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        && value is not ([' ', ..] or [.., ' '])
        && !(value.StartsWith(Prefix, StringComparison.Ordinal) && value.EndsWith(Suffix, StringComparison.Ordinal));
}

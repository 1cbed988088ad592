using System.Text.RegularExpressions;

namespace Platform.Hosting.Telemetry;

/// <summary>
/// Takes credentials out of text that we did not write, such as a driver's exception (ER-2). It knows the forms that credentials have:
/// the platform's own keys and sessions, bearer and basic values, JSON Web Tokens, private keys, and whatever follows <c>password=</c> and its like.
/// </summary>
public static partial class SecretText
{
    private const string Redacted = "[redacted]";

    /// <summary>The text, or the same text without its credentials.</summary>
    public static string Redact(string text)
    {
        var clean = OwnForm().Replace(text, Redacted);
        clean = Scheme().Replace(clean, "${name}" + Redacted);
        clean = Named().Replace(clean, "${name}" + Redacted);
        return UserInfo().Replace(clean, "://" + Redacted + "@");
    }

    [GeneratedRegex(@"mcp[kmosi]_[A-Za-z0-9_]{8,}|boot_[a-z0-9]{8,}|whsec_[A-Za-z0-9+/=]{8,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex OwnForm();

    [GeneratedRegex(@"(?<name>\b(bearer|basic|negotiate)\s+)[A-Za-z0-9+/=._~-]{6,}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex("""(?<name>(password|passwd|passphrase|pwd|secret|token|credential|api[-_ ]?key|access[-_ ]?key|account[-_ ]?key|pepper)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s;,"']+)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    [GeneratedRegex(@"://[^\s/@:]*:[^\s/@]+@", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}

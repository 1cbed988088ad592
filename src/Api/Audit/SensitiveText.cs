using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Platform.Api.Audit;

/// <summary>
/// Finds, in a name that somebody wrote, what authenticates or identifies and is no name (AL-3): credentials of known forms, the values of <c>password=</c> and its like (in quotes too), users in URLs with
/// their host, addresses of e-mail, and text that looks like an HMAC of ours. It errs on the side of hiding: what is hidden is still found by who knows it.
/// </summary>
internal static partial class SensitiveText
{
    /// <summary>More in one name are hidden together, to its end.</summary>
    public const int Most = 3;

    /// <summary>Each form has one of these: text without any is let go after one look.</summary>
    private static readonly SearchValues<string> Marks = SearchValues.Create(
        [
            "mcpk_", "mcpm_", "mcps_", "mcpo_", "mcpi_", "boot_", "whsec_", "hmac:", "eyJ", "CfDJ8", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "npm_", "xox", "_live_",
            "_test_", "AIza", "-----BEGIN", "bearer", "basic", "password", "passwd", "passphrase", "pwd", "secret", "token", "sig", "credential", "code", "api-key", "api_key", "apikey", "access-key",
            "access_key", "accesskey", "account-key", "account_key", "accountkey", "@",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>The places, in their order and apart from each other.</summary>
    /// <param name="text">The name.</param>
    /// <param name="isFree">Whether nobody knows such a name: then what looks random is taken for a credential.</param>
    /// <param name="found">At most <see cref="Most"/>.</param>
    public static bool TryFind(string text, bool isFree, [NotNullWhen(true)] out List<(int Start, int Length)>? found)
    {
        found = null;
        var known = text.AsSpan().ContainsAny(Marks) ? Forms.Matches(text) : null;
        var next = 0;
        for (var from = 0; from < text.Length;)
        {
            while (known is not null && next < known.Count && ValueOf(known[next]).Index < from)
            {
                next++;
            }

            var form = known is not null && next < known.Count ? ValueOf(known[next]) : null;
            var (start, length) = form is null ? (text.Length, 0) : (form.Index, form.Length);
            if (isFree && RandomText.TryFind(text, from, start, out var random))
            {
                (start, length) = random;
            }

            if (length == 0)
            {
                break;
            }

            found ??= [];
            if (found.Count == Most - 1)
            {
                length = text.Length - start;
            }

            found.Add((start, length));
            from = start + length;
        }

        return found is not null;
    }

    private static Group ValueOf(Match match) => match.Groups["v"];

    // hmac: too, so that nobody can write one that reads as ours.
    [GeneratedRegex(
        """(?<v>mcp[kmosi]_[a-z0-9_]+|boot_[a-z0-9]{16,}|whsec_[a-z0-9+/=]+|hmac:[a-z0-9_-]*|eyJ[a-z0-9_-]{8,}(\.[a-z0-9_-]*)*|CfDJ8[a-z0-9_-]{8,}|(AKIA|ASIA)[a-z0-9]{12,}|gh[pousr]_[a-z0-9]{16,}|github_pat_[a-z0-9_]+|glpat-[a-z0-9_-]+|npm_[a-z0-9]{20,}|xox[abeoprs]-[a-z0-9-]+|(sk|rk|pk)_(live|test)_[a-z0-9]+|AIza[a-z0-9_-]{20,}|-----BEGIN.*)|\b(bearer|basic)[ +]+(?<v>[a-z0-9+/=._~-]+)|(password|passwd|passphrase|pwd|secret|token|sig|signature|credential|code|api[-_]?key|access[-_]?key|account[-_]?key)["']?\s*[=:]\s*(?<v>"(\\.|[^"\\])*"?|'(\\.|[^'\\])*'?|[^&;,\s"']+)|://(?<v>([^/?#\s]*|[^/?#\s:]*:[^?#\s]*)@[^/?#\s]+)|(?<v>[a-z0-9._%+:-]+@[a-z0-9.-]+)""",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Forms { get; }
}

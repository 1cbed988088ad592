using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Cli.Stdio;

/// <summary>
/// Notes for people, on standard error. Keys are redacted, control characters of strangers do not reach the terminal, and neither a line nor a minute of them grows without bound.
/// </summary>
internal sealed partial class Diagnostics(TextWriter error, TimeProvider clock)
{
    private const int MaxLength = 500;
    private const int MaxPerMinute = 120;
    private readonly Lock _lock = new();
    private long _minute = long.MinValue;
    private int _written;
    private int _withheld;
    private string? _key;

    /// <summary>A value that is redacted wherever it occurs, whatever its form.</summary>
    public void Hide(string key) => _key = key;

    public void Note(string text)
    {
        lock (_lock)
        {
            var minute = clock.GetTimestamp() / clock.TimestampFrequency / 60;
            if (minute != _minute)
            {
                (_minute, _written) = (minute, 0);
                if (_withheld > 0)
                {
                    error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"platform stdio: {_withheld} notes were withheld"));
                    _withheld = 0;
                }
            }

            if (++_written > MaxPerMinute)
            {
                _withheld++;
                return;
            }

            error.WriteLine("platform stdio: " + Clean(text));
        }
    }

    private string Clean(string text)
    {
        // Redacted before it is cut: a cut could leave half a key that the pattern does not know.
        var redacted = Credentials.Replace(_key is null ? text : text.Replace(_key, "[key]", StringComparison.Ordinal), "[key]");
        var line = new StringBuilder(Math.Min(redacted.Length, MaxLength + 1));
        foreach (var character in redacted.AsSpan(0, Math.Min(redacted.Length, MaxLength)))
        {
            line.Append(char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format ? '?' : character);
        }

        return redacted.Length > MaxLength ? line.Append('…').ToString() : line.ToString();
    }

    [GeneratedRegex("mcp[km]_[0-9A-Za-z_]+|[Bb]earer +[^ ]+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Credentials { get; }
}

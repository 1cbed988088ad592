using System.Globalization;
using Platform.Cli.Terminals;

namespace Platform.Cli.Stdio;

/// <summary>
/// Notes for people, on standard error. Keys are redacted, control characters of strangers do not reach the terminal, and neither a line nor a minute of them grows without bound.
/// </summary>
internal sealed class Diagnostics(TextWriter error, TimeProvider clock, string name = "platform stdio")
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
                    error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {_withheld} notes were withheld"));
                    _withheld = 0;
                }
            }

            if (++_written > MaxPerMinute)
            {
                _withheld++;
                return;
            }

            error.WriteLine($"{name}: {Clean(text)}");
        }
    }

    /// <summary>Redacted before it is cut: a cut could leave half a key that the pattern does not know.</summary>
    private string Clean(string text) => PlainText.Clean(PlainText.Redact(text, _key), MaxLength);
}

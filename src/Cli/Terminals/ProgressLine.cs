using System.Globalization;

namespace Platform.Cli.Terminals;

/// <summary>How far long work is, on one line of standard error. Nothing where nobody looks.</summary>
internal sealed class ProgressLine(Terminal terminal) : IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(200);
    private long _shown;
    private int _length;

    /// <summary>At most five times a second.</summary>
    public void Show(string text)
    {
        if (!terminal.IsErrorShown || (_shown != 0 && terminal.Clock.GetElapsedTime(_shown) < Often))
        {
            return;
        }

        _shown = terminal.Clock.GetTimestamp();
        var line = PlainText.Clean(text, 100);
        terminal.Error.Write($"\r{line.PadRight(_length)}");
        _length = line.Length;
    }

    public void Bytes(string what, long done, long? all) => Show(all > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{what}: {done:N0} of {all:N0} bytes, {100 * done / all} %")
        : string.Create(CultureInfo.InvariantCulture, $"{what}: {done:N0} bytes"));

    /// <summary>Wipes the line: what stays is the result.</summary>
    public void Dispose()
    {
        if (_length > 0)
        {
            terminal.Error.Write($"\r{new string(' ', _length)}\r");
        }
    }
}

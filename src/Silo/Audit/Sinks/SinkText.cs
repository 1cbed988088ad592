using System.Globalization;
using System.Text;

namespace Platform.Silo.Audit.Sinks;

/// <summary>Records as text that stays on its line. Ours are ASCII JSON and pass as they are; one that was put into the store behind our back must not forge another.</summary>
internal static class SinkText
{
    /// <summary>The record in printable ASCII alone: the same JSON, with what is not spelled out.</summary>
    public static string Of(ReadOnlySpan<byte> record)
    {
        if (!record.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return Encoding.ASCII.GetString(record);
        }

        var text = new StringBuilder(record.Length + 64);
        Span<char> pair = stackalloc char[2];
        while (!record.IsEmpty)
        {
            // What is no UTF-8 decodes to the replacement character.
            _ = Rune.DecodeFromUtf8(record, out var rune, out var length);
            record = record[length..];
            if (rune.Value is >= ' ' and <= '~')
            {
                text.Append((char)rune.Value);
                continue;
            }

            foreach (var unit in pair[..rune.EncodeToUtf16(pair)])
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }
        }

        return text.ToString();
    }
}

using System.Globalization;
using System.Text;
using Platform.Abstractions.Audit;
using Platform.Hosting;

namespace Platform.Silo.Audit.Sinks;

/// <summary>
/// One event as a message of RFC 5424. Whatever a record holds, the message has no control character and ends where it should: names come from clients, and a log that one can write lines into
/// proves nothing.
/// </summary>
internal sealed class SyslogMessage(SyslogSinkOptions options, string host, int process)
{
    private const int MostHost = 255;
    private const int MostId = 32;

    // RFC 5424, 6: HEADER = PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID.
    private readonly string _sender = string.Create(CultureInfo.InvariantCulture, $"{Name(host, MostHost)} {options.AppName} {process}");
    private readonly string _element = string.Create(CultureInfo.InvariantCulture, $"mocopr@{options.EnterpriseNumber}");

    public byte[] Write(in SinkEvent entry)
    {
        var facets = AuditFacets.Of(entry.Row.Record);
        var text = new StringBuilder(entry.Row.Record.Length + 400);
        text.Append(CultureInfo.InvariantCulture, $"<{(options.Facility * 8) + (int)SinkSeverities.Of(facets)}>1 {entry.Row.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffff}Z {_sender} {Name(facets.Class, MostId)} [{_element}");
        Add(text, "tenant", entry.Stream.Tenant);
        Add(text, "seq", entry.Row.Sequence.ToString(CultureInfo.InvariantCulture));
        Add(text, "id", entry.Row.EventId.ToString());
        Add(text, "action", facets.Action);
        Add(text, "outcome", facets.Outcome);
        Add(text, "principal", facets.Principal);
        Add(text, "hash", Convert.ToHexStringLower(entry.Row.Hash));
        text.Append("] ").Append(SinkText.Of(entry.Row.Record));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A field of the header: printable ASCII without spaces, and a dash for nothing.</summary>
    private static string Name(string text, int most)
    {
        var name = new string([.. text.Select(c => c is > ' ' and <= '~' ? c : '_').Take(most)]);
        return name.Length == 0 ? "-" : name;
    }

    // RFC 5424, 6.3.3: '"', '\' and ']' MUST be escaped. What is not for reading is spelled out.
    private static void Add(StringBuilder text, string name, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        text.Append(' ').Append(name).Append("=\"");
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\' or ']')
            {
                text.Append('\\').Append((char)rune.Value);
            }
            else if (IsReadable(rune))
            {
                text.Append(rune);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\\\u{rune.Value:x4}");
            }
        }

        text.Append('"');
    }

    private static bool IsReadable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}

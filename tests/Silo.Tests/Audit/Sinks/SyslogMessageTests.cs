using System.Globalization;
using System.Text;
using CsCheck;
using Platform.Hosting;
using Platform.Silo.Audit.Sinks;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit.Sinks;

[Trait("Control", "AL-1")]
public sealed class SyslogMessageTests
{
    private static readonly SyslogMessage Message = new(new SyslogSinkOptions(), "node-1.example", 4711);

    [Fact]
    public void A_message_is_as_RFC_5424_says()
    {
        const string Record = """{"v":1,"class":"toolExecution","action":"tools/call","outcome":"ok","principal":"svc_a"}""";
        var id = Guid.Parse("0199aaaa-0000-7000-8000-000000000001");
        var at = new DateTimeOffset(2026, 11, 29, 9, 45, 1, TimeSpan.Zero).AddTicks(1_234_567);

        var message = Write(Record, id, at);

        Assert.Equal(
            "<110>1 2026-11-29T09:45:01.123456Z node-1.example mocopr 4711 toolExecution "
            + $"[mocopr@32473 tenant=\"aaaaaaaa\" seq=\"7\" id=\"{id}\" action=\"tools/call\" outcome=\"ok\" principal=\"svc_a\" hash=\"{Convert.ToHexStringLower(Row(7).Hash)}\"] {Record}",
            message);
    }

    [Theory]
    [InlineData("securityViolation", "origin-denied", 4)]
    [InlineData("authentication", "unauthenticated", 4)]
    [InlineData("authentication", "ok", 6)]
    [InlineData("authorization", "permission-denied", 4)]
    [InlineData("administration", "ok", 5)]
    [InlineData("toolExecution", "ok", 6)]
    [InlineData("toolExecution", "cancelled", 6)]
    [InlineData("toolExecution", "invalid-params", 5)]
    [InlineData("toolExecution", "internal", 3)]
    public void Severity_says_what_wants_attention(string kind, string outcome, int severity) =>
        Assert.StartsWith($"<{(13 * 8) + severity}>1 ", Write($$"""{"class":"{{kind}}","outcome":"{{outcome}}"}"""), StringComparison.Ordinal);

    [Theory, Trait("Control", "IN-5")]
    [InlineData("a\r\n<110>1 2026-01-01T00:00:00Z host app - - - forged")]
    [InlineData("\u001b[2J\u001b[1;31mred")]
    [InlineData("\"] forged=\"x\" [other@1 a=\"b")]
    [InlineData("\\\"]")]
    [InlineData("\0nul\u007f\u0085\u2028\u2029")]
    [InlineData("\u202egnp.exe\u2066\u200b\ufeff")]
    [InlineData("\U000e0041tag")]
    public void Names_that_clients_choose_forge_nothing(string name)
    {
        var record = $$"""{"class":"toolExecution","action":{{System.Text.Json.JsonSerializer.Serialize(name)}},"outcome":"ok"}""";

        var message = Write(record);

        AssertSafe(message);
        Assert.Equal(Shown(name), Parameters(message)["action"]);
    }

    [Fact, Trait("Control", "IN-5")]
    public void A_record_with_raw_line_breaks_stays_on_its_line()
    {
        var message = Write("{\"class\":\"tool\r\nExecution\"}\r\n<0>1 - - - - - forged\u001b[0m");

        AssertSafe(message);
        Assert.Contains("\\u000d\\u000a<0>1", message, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "IN-5")]
    public void A_class_that_is_none_does_not_break_the_header()
    {
        var message = Write("""{"class":"a b ] \u00e9 abcdefghijklmnopqrstuvwxyz0123456789"}""");

        Assert.Equal("a_b_]___abcdefghijklmnopqrstuvwx", message.Split(' ')[5]);
    }

    [Theory]
    [InlineData("", "-")]
    [InlineData("bad host\n", "bad_host_")]
    public void A_host_that_is_no_name_is_made_one(string host, string said) =>
        Assert.Equal(said, Encoding.UTF8.GetString(new SyslogMessage(new SyslogSinkOptions(), host, 1).Write(Event("{}"u8.ToArray()))).Split(' ')[2]);

    [Fact, Trait("Control", "IN-5")]
    public void Whatever_a_record_and_its_names_are_a_message_reads_back_as_it_was_meant() => Gen.Select(Gen.String[Gen.Char, 0, 60], Gen.String[Gen.Char, 0, 60], Gen.Byte.Array[0, 40]).Sample((action, principal, junk) =>
    {
        var record = Encoding.UTF8.GetBytes($$"""{"class":"toolExecution","action":{{System.Text.Json.JsonSerializer.Serialize(action)}},"principal":{{System.Text.Json.JsonSerializer.Serialize(principal)}}}""");

        var message = Encoding.UTF8.GetString(Message.Write(Event(record)));
        AssertSafe(message);
        var parameters = Parameters(message);
        Assert.Equal(Shown(action), parameters.GetValueOrDefault("action", ""));
        Assert.Equal(Shown(principal), parameters.GetValueOrDefault("principal", ""));
        AssertSafe(Encoding.UTF8.GetString(Message.Write(Event(junk))));
    });

    private static void AssertSafe(string message)
    {
        Assert.DoesNotContain(message.EnumerateRunes(), rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        Assert.Equal("mocopr@32473", message[(message.IndexOf('[', StringComparison.Ordinal) + 1)..].Split(' ')[0]);
    }

    /// <summary>What a reader is shown in place of characters that are not for reading. A lone surrogate never was a character.</summary>
    private static string Shown(string text) => string.Concat(text.EnumerateRunes().Select(rune => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        ? string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")
        : rune.ToString()));

    /// <summary>Reads the structured data by the letter of RFC 5424, 6.3, apart from the code that writes it.</summary>
    private static Dictionary<string, string> Parameters(string message)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = message.IndexOf('[', StringComparison.Ordinal);
        at = message.IndexOf(' ', at);
        while (message[at] == ' ')
        {
            var equals = message.IndexOf('=', at);
            var name = message[(at + 1)..equals];
            var value = new StringBuilder();
            for (at = equals + 2; message[at] != '"'; at++)
            {
                at += message[at] == '\\' ? 1 : 0;
                value.Append(message[at]);
            }

            parameters.Add(name, value.ToString());
            at++;
        }

        Assert.Equal(']', message[at]);
        return parameters;
    }

    private static string Write(string record, Guid? id = null, DateTimeOffset? at = null) => Encoding.UTF8.GetString(Message.Write(Event(Encoding.UTF8.GetBytes(record), id, at)));

    private static SinkEvent Event(byte[] record, Guid? id = null, DateTimeOffset? at = null) =>
        new(new SinkStream(Tenant.ToString(), "0"), Row(7, id) with { Record = record, At = at ?? DateTimeOffset.UnixEpoch });
}

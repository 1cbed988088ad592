using System.Text.Json;
using Platform.Hosting;
using Platform.Hosting.Startup;
using Platform.Silo.Secrets.KeyVault;

namespace Platform.Silo.Tests.Secrets;

[Trait("Control", "AL-3")]
public sealed class RedactedTests
{
    private const string Canary = "canary-of-an-option";

    private readonly TelemetryOptions _options = new() { OtlpHeaders = Redacted.Of(Canary) };

    [Fact]
    public void Only_who_asks_for_it_gets_it() => Assert.Equal(Canary, _options.OtlpHeaders.Reveal());

    [Fact]
    public void Options_printed_as_JSON_do_not_show_it() => AssertHidden(JsonSerializer.Serialize(_options));

    [Fact]
    public void It_does_not_show_itself_in_text() => AssertHidden($"{_options.OtlpHeaders} {string.Format(null, "{0}", _options.OtlpHeaders)} {_options.OtlpHeaders.ToString()}");

    [Fact]
    public void A_converter_of_types_does_not_show_it() =>
        AssertHidden(System.ComponentModel.TypeDescriptor.GetConverter(typeof(Redacted)).ConvertToInvariantString(_options.OtlpHeaders));

    [Fact]
    public void A_debugger_does_not_show_it() =>
        Assert.Equal("[Redacted]", typeof(Redacted).GetCustomAttributes(inherit: false).OfType<System.Diagnostics.DebuggerDisplayAttribute>().Single().Value);

    [Fact]
    public void Nothing_is_shown_as_nothing() => Assert.Equal("", Redacted.Empty.ToString());

    [Fact]
    public void What_was_read_of_a_vault_does_not_show_itself() =>
        Assert.DoesNotContain("99", new SecretReading([99, 99], Expires: null).ToString(), StringComparison.Ordinal);

    private static void AssertHidden(string? text)
    {
        Assert.Contains("[Redacted]", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
    }
}

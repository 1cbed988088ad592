using Microsoft.Extensions.Time.Testing;
using Platform.Cli.Stdio;

namespace Platform.Cli.Tests.Stdio;

[Trait("Control", "TR-11")]
public sealed class DiagnosticsTests : IDisposable
{
    private readonly NoteWriter _notes = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _notes.Dispose();

    [Theory]
    [InlineData("mcpk_live_abcdefgh_SECRETSECRET")]
    [InlineData("mcpm_test_abcdefgh_SECRETSECRET")]
    [InlineData("Bearer SECRETSECRET")]
    [InlineData("the-hidden-SECRETSECRET")]
    public void A_key_is_redacted(string secret)
    {
        var diagnostics = new Diagnostics(_notes, _clock);
        diagnostics.Hide("the-hidden-SECRETSECRET");
        diagnostics.Note($"got '{secret}' from there");
        Assert.DoesNotContain("SECRET", _notes.Text, StringComparison.Ordinal);
        Assert.Contains("from there", _notes.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_at_the_cut_is_redacted_before_the_cut()
    {
        new Diagnostics(_notes, _clock).Note(new string('a', 480) + " mcpk_live_abcdefgh_SECRETSECRET");
        Assert.DoesNotContain("mcpk", _notes.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_is_one_short_line_without_control_characters()
    {
        new Diagnostics(_notes, _clock).Note("\e[2J\r\nplatform stdio: forged\u202E" + new string('a', 10_000));
        var line = Assert.Single(_notes.Lines);
        Assert.DoesNotContain(line, character => char.IsControl(character) || character == '\u202E');
        Assert.InRange(line.Length, 1, 600);
    }

    [Fact]
    public void Notes_of_a_minute_are_bounded_and_the_next_minute_says_how_many_are_missing()
    {
        var diagnostics = new Diagnostics(_notes, _clock);
        for (var i = 0; i < 1_000; i++)
        {
            diagnostics.Note("again");
        }

        Assert.Equal(120, _notes.Lines.Count);
        _clock.Advance(TimeSpan.FromMinutes(1));
        diagnostics.Note("again");
        Assert.Contains("880 notes were withheld", _notes.Text, StringComparison.Ordinal);
    }
}

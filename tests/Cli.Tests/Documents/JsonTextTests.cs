using System.Text.Json.Nodes;
using CsCheck;
using Platform.Cli.Documents;

namespace Platform.Cli.Tests.Documents;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("a+b <c> & 'd' `e` é")]
    [InlineData("\\u003C")]
    [InlineData("\\\\u002B+")]
    public void What_only_HTML_minds_is_written_as_it_is(string text) =>
        Assert.Equal($"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal)}\"", JsonText.WriteLine(JsonValue.Create(text)));

    [Fact]
    public void A_quote_is_written_as_JSON_has_it() => Assert.Equal("""{"a":"\"b\""}""", JsonText.WriteLine(new JsonObject { ["a"] = "\"b\"" }));

    [Theory, Trait("Control", "IN-5")]
    [InlineData('\u001b')]
    [InlineData('\u0007')]
    [InlineData('\u007f')]
    [InlineData('\u009b')]
    [InlineData('\u202E')]
    [InlineData('\u2028')]
    [InlineData('\u200B')]
    public void What_a_terminal_obeys_or_what_hides_text_stays_escaped(char letter)
    {
        var text = JsonText.Write(new JsonObject { [$"k{letter}<"] = $"v{letter}+" });
        Assert.DoesNotContain(letter, text);
        Assert.Contains($"v\\u{(int)letter:X4}+", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_reads_as_the_same() => Gen.Char["\\u0032BCE67+<>&'`\"\n\u001bé"].Array[0, 24].Select(letters => new string(letters)).Sample(text =>
        JsonText.Read(System.Text.Encoding.UTF8.GetBytes(JsonText.WriteLine(new JsonObject { ["a"] = text }))).Try(out var node, out _) && (string?)node["a"] == text);
}

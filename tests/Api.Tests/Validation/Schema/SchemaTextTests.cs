using Platform.Api.Validation.Schema;
using static Platform.Api.Tests.Validation.Schema.SchemaAssertions;

namespace Platform.Api.Tests.Validation.Schema;

[Trait("Control", "IN-2")]
public sealed class SchemaTextTests
{
    [Theory]
    [InlineData("\"ab\"", false)]
    [InlineData("\"abc\"", true)]
    [InlineData("\"abcd\"", true)]
    [InlineData("\"abcde\"", false)]
    [InlineData("\"😀😀\"", false)]
    [InlineData("\"😀😀😀😀\"", true)]
    [InlineData("\"\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00\"", true)]
    [InlineData("\"\\ud83d\\ude00\\ud83d\\ude00\"", false)]
    [InlineData("\"éééé\"", true)]
    [InlineData("\"ééééé\"", false)]
    [InlineData("\"\\u0041\\n\\\"\\\\\"", true)]
    public void Lengths_count_code_points(string instance, bool valid) =>
        Assert.Equal(valid, IsValid("""{"minLength":3,"maxLength":4}""", instance));

    [Theory]
    [InlineData("^[a-z]+$", "abc", true)]
    [InlineData("^[a-z]+$", "abc\\n", false)]
    [InlineData("b", "abc", true)]
    [InlineData(@"^\\d+$", "123", true)]
    [InlineData(@"^\\d+$", "١٢٣", false)]
    [InlineData(@"^\\w+$", "a_1", true)]
    [InlineData(@"^\\w+$", "é", false)]
    [InlineData(@"^\\W$", "é", true)]
    [InlineData(@"^\\W$", "😀", true)]
    [InlineData(@"^\\s$", "\\ufeff", true)]
    [InlineData(@"^\\s$", "\\u0085", false)]
    [InlineData(@"^[^\\s]$", "x", true)]
    [InlineData(@"^[\\D]$", "😀", true)]
    [InlineData("^.$", "😀", true)]
    [InlineData("^.$", "\\u2028", false)]
    [InlineData("^..$", "😀", false)]
    [InlineData("^[😀-😂]$", "😁", true)]
    [InlineData("^[😀-😂]$", "😃", false)]
    [InlineData(@"^[\\u{1F600}-\\u{1F602}]$", "😂", true)]
    [InlineData(@"^\\uD83D\\uDE00+$", "😀😀", true)]
    [InlineData("^😀{2}$", "😀😀", true)]
    [InlineData("^[^a]$", "😀", true)]
    [InlineData("^[^]$", "\\n", true)]
    [InlineData("^[a[]$", "[", true)]
    [InlineData("^[a-z-[aeiou]]$", "a]", true)]
    [InlineData("^[-a]$", "-", true)]
    [InlineData("^[a-]$", "-", true)]
    [InlineData(@"^[\\]]$", "]", true)]
    [InlineData(@"^[\\b]$", "\\b", true)]
    [InlineData("^a{2,3}$", "aaaa", false)]
    [InlineData("^a{,3}$", "a{,3}", true)]
    [InlineData("^(?<year>[0-9]{4})-(?:[0-9]{2})$", "2026-11", true)]
    [InlineData(@"^\\/\\-\\.$", "/-.", true)]
    [InlineData(@"^\\cJ\\x41\\u0042\\0$", "\\nAB\\u0000", true)]
    [InlineData(@"^\\p{Lu}\\P{Lu}$", "Éé", true)]
    [InlineData("# x", "# x", true)]
    public void Patterns_mean_what_ECMAScript_means(string pattern, string text, bool valid) =>
        Assert.Equal(valid, IsValid($$"""{"pattern":"{{pattern}}"}""", $"\"{text}\""));

    [Fact]
    public void A_pattern_that_explodes_elsewhere_finishes_here()
    {
        var text = new string('a', 10_000);

        Assert.False(IsValid("""{"pattern":"^(a+)+$"}""", $"\"{text}!\"", out var error));
        Assert.Equal("pattern", error.Keyword);
        Assert.True(IsValid("""{"pattern":"(a+)+$"}""", $"\"{text}\""));
    }

    [Theory]
    [InlineData("""{"enum":["caf\u00e9"]}""", "\"café\"", true)]
    [InlineData("""{"const":"café"}""", "\"caf\\u00e9\"", true)]
    [InlineData("""{"enum":["a","b","c","d","e","f","g","h"]}""", "\"\\u0068\"", true)]
    [InlineData("""{"enum":["a","b","c","d","e","f","g","h"]}""", "\"i\"", false)]
    [InlineData("""{"properties":{"\u0061":{"type":"null"}}}""", """{"a":1}""", false)]
    [InlineData("""{"properties":{"a":{"type":"null"}}}""", """{"\u0061":1}""", false)]
    [InlineData("""{"properties":{"a":{"type":"null"}}}""", """{"A":1}""", true)]
    public void Text_is_compared_unescaped_and_by_case(string schema, string instance, bool valid) =>
        Assert.Equal(valid, IsValid(schema, instance));
}

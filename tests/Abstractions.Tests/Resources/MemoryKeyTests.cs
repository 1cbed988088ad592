using CsCheck;
using Platform.Abstractions.Resources;

namespace Platform.Abstractions.Tests.Resources;

[Trait("Control", "RS-3")]
public sealed class MemoryKeyTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Report2026")]
    [InlineData("0")]
    [InlineData("ZZZ")]
    public void Ascii_letters_and_digits_are_a_key(string key) => Assert.True(MemoryKey.IsValid(key));

    [Theory]
    [InlineData(127, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    [InlineData(0, false)]
    public void A_key_has_1_to_128_characters(int length, bool valid) => Assert.Equal(valid, MemoryKey.IsValid(new string('k', length)));

    [Theory]
    [InlineData("a b")]
    [InlineData("a-b")]
    [InlineData("a_b")]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("..")]
    [InlineData("a\0")]
    [InlineData("a\n")]
    [InlineData("a%41")]
    [InlineData("٣")]
    [InlineData("۳")]
    [InlineData("３")]
    [InlineData("Ａ")]
    [InlineData("а")]
    [InlineData("é")]
    [InlineData("ß")]
    [InlineData("a\u200d")]
    [InlineData("\ud83d\ude00")]
    public void Every_other_character_is_refused(string key)
    {
        Assert.False(MemoryKey.IsValid(key));
        Assert.False(MemoryKey.TryParseUri("memory://" + key, out _));
    }

    [Fact]
    public void A_uri_keeps_the_case_of_its_key()
    {
        Assert.True(MemoryKey.TryParseUri("memory://ReportA", out var key));
        Assert.Equal("ReportA", key);
    }

    [Theory, Trait("Control", "IN-3")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("memory://")]
    [InlineData("memory:/a")]
    [InlineData("memory:a")]
    [InlineData("MEMORY://a")]
    [InlineData("Memory://a")]
    [InlineData(" memory://a")]
    [InlineData("memory://a ")]
    [InlineData("memory:///a")]
    [InlineData("memory://a/")]
    [InlineData("memory://a/b")]
    [InlineData("memory://a?b")]
    [InlineData("memory://a#b")]
    [InlineData("memory://a:80")]
    [InlineData("memory://u@a")]
    [InlineData("memory://%61")]
    [InlineData("memory://a%00")]
    [InlineData("memory://%2e%2e")]
    [InlineData("memory://a\u3002b")]
    [InlineData("memory%3A//a")]
    [InlineData("https://a")]
    [InlineData("file:///a")]
    public void Every_other_uri_is_refused(string? uri)
    {
        Assert.False(MemoryKey.TryParseUri(uri, out var key));
        Assert.Null(key);
    }

    [Fact]
    public void A_key_and_its_uri_are_one_to_one() =>
        Gen.OneOf(Gen.String[0, 140], Gen.String[Gen.Char.AlphaNumeric, 0, 140]).Sample(text =>
            MemoryKey.TryParseUri(MemoryKey.Uri(text), out var key) == MemoryKey.IsValid(text) && (key is null || key == text));
}

using Platform.Abstractions.Files;

namespace Platform.Abstractions.Tests.Files;

public sealed class FilePathTests
{
    [Theory, Trait("Control", "RS-1")]
    [InlineData("report.md", "file:///report.md")]
    [InlineData("public/2026/report.md", "file:///public/2026/report.md")]
    [InlineData("a b/ä.md", "file:///a%20b/%C3%A4.md")]
    [InlineData("a+b (1).md", "file:///a+b%20(1).md")]
    public void A_path_is_read_back_as_it_was_written(string text, string uri)
    {
        Assert.True(FilePath.TryParse(text, out var path));
        Assert.Equal((text, uri), (path.ToString(), path.Uri));
    }

    [Theory, Trait("Control", "RS-1")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../secret.md")]
    [InlineData("public/../secret.md")]
    [InlineData("public/./a.md")]
    [InlineData("public//a.md")]
    [InlineData("public/a.md/")]
    [InlineData("public/.. /a.md")]
    [InlineData("...")]
    [InlineData("public\\a.md")]
    [InlineData("a.txt\0.md")]
    [InlineData("a.md:stream")]
    [InlineData("c:/a.md")]
    [InlineData("100%.md")]
    [InlineData("memory/a.md")]
    [InlineData("https/example.com/a.md")]
    [InlineData("a\u202Edm.md")]
    [InlineData("a\nb.md")]
    public void What_would_mean_something_else_to_somebody_is_no_path(string text) => Assert.False(FilePath.TryParse(text, out _));

    [Theory, Trait("Control", "RS-1")]
    [InlineData("public%2f..%2fsecret.md")]
    [InlineData("%2e%2e/secret.md")]
    [InlineData("..%c0%afsecret.md")]
    [InlineData("%252e%252e/secret.md")]
    [InlineData("a.txt%00.md")]
    [InlineData("a.md%3Astream")]
    [InlineData("public%5C..%5Csecret.md")]
    public void Encoding_hides_nothing(string text) => Assert.False(FilePath.TryParseEncoded(text, out _));

    [Fact, Trait("Control", "RS-1")]
    public void A_path_is_one_that_a_file_system_holds()
    {
        Assert.True(FilePath.TryParse(string.Join('/', Enumerable.Repeat("a", 32)), out _));
        Assert.False(FilePath.TryParse(string.Join('/', Enumerable.Repeat("a", 33)), out _));
        Assert.True(FilePath.TryParse(new string('a', 255), out _));
        Assert.False(FilePath.TryParse(new string('a', 256), out _));
        Assert.False(FilePath.TryParse(new string('ä', 128), out _));
    }
}

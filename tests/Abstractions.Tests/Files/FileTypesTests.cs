using Platform.Abstractions.Files;

namespace Platform.Abstractions.Tests.Files;

[Trait("Control", "RS-2")]
public sealed class FileTypesTests
{
    [Theory]
    [InlineData("a.txt", "text/plain")]
    [InlineData("a.json", "application/json")]
    [InlineData("public/a.b.md", "text/markdown")]
    [InlineData("a.exe.png", "image/png")]
    public void The_last_extension_says_the_type(string path, string type) => Assert.Equal(type, Of(path));

    [Theory]
    [InlineData("a.txt.exe")]
    [InlineData("a.TXT")]
    [InlineData("a.Md")]
    [InlineData("a.md.")]
    [InlineData("a.md ")]
    [InlineData(".md")]
    [InlineData("public/.md")]
    [InlineData("a")]
    [InlineData("a.html")]
    [InlineData("a.svg")]
    [InlineData("folder.md/a")]
    public void Everything_else_is_not_accepted(string path) => Assert.Null(Of(path));

    [Theory]
    [InlineData("")]
    [InlineData("md=text/markdown")]
    [InlineData(".MD=text/markdown")]
    [InlineData(".tar.gz=application/gzip")]
    [InlineData(".md=markdown")]
    [InlineData(".md=text/markdown; charset=utf-8")]
    [InlineData(".md=text/markdown\r\nX: y")]
    [InlineData(".md=text/markdown,.md=text/plain")]
    [InlineData(".=text/plain")]
    public void A_list_at_fault_accepts_nothing(string text)
    {
        Assert.NotNull(FileTypes.Read(text, out var types));
        Assert.Equal("", types.Names);
    }

    private static string? Of(string text) => FilePath.TryParse(text, out var path) ? FileTypes.Standard.Of(path) : null;
}

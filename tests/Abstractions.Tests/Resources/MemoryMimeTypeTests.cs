using Platform.Abstractions.Resources;

namespace Platform.Abstractions.Tests.Resources;

[Trait("Control", "RS-3")]
public sealed class MemoryMimeTypeTests
{
    [Theory]
    [InlineData("text/plain", true)]
    [InlineData("application/vnd.api+json", true)]
    [InlineData("application/vnd.x_y-z.1", true)]
    [InlineData("", false)]
    [InlineData("text", false)]
    [InlineData("text/", false)]
    [InlineData("/plain", false)]
    [InlineData("Text/plain", false)]
    [InlineData("text/plain; charset=utf-8", false)]
    [InlineData("text /plain", false)]
    [InlineData("text/.x", false)]
    [InlineData("téxt/plain", false)]
    [InlineData("text/plain/x", false)]
    [InlineData("*/*", false)]
    public void A_media_type_has_one_form(string type, bool valid) => Assert.Equal(valid, MemoryMimeType.IsValid(type));

    [Fact]
    public void A_media_type_has_at_most_100_characters()
    {
        Assert.True(MemoryMimeType.IsValid("text/" + new string('x', 95)));
        Assert.False(MemoryMimeType.IsValid("text/" + new string('x', 96)));
    }

    [Theory]
    [InlineData("text/plain", true)]
    [InlineData("text/html", true)]
    [InlineData("application/json", true)]
    [InlineData("application/problem+json", true)]
    [InlineData("image/svg+xml", true)]
    [InlineData("application/octet-stream", false)]
    [InlineData("image/png", false)]
    [InlineData("application/jsonx", false)]
    public void What_people_read_is_text(string type, bool text) => Assert.Equal(text, MemoryMimeType.IsText(type));
}

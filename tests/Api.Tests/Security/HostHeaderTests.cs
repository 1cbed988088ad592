using Platform.Api.Security;

namespace Platform.Api.Tests.Security;

[Trait("Control", "TR-6")]
public sealed class HostHeaderTests
{
    [Theory]
    [InlineData("a.example", "a.example")]
    [InlineData("A.example:1", "A.example")]
    [InlineData("a.example:65535", "a.example")]
    [InlineData("127.0.0.1:5080", "127.0.0.1")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("[::1]:5080", "[::1]")]
    [InlineData("a.example.", "a.example.")]
    public void The_name_is_read_as_it_was_written(string text, string name)
    {
        Assert.True(HostHeader.TryReadName(text, out var read));
        Assert.Equal(name, read.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("a:")]
    [InlineData("a:0")]
    [InlineData("a:00080")]
    [InlineData("a:65536")]
    [InlineData("a:99999")]
    [InlineData("a:8 0")]
    [InlineData("a:+80")]
    [InlineData("a:80:80")]
    [InlineData("a b")]
    [InlineData(" a")]
    [InlineData("a,b")]
    [InlineData("u@a")]
    [InlineData("u:p@a")]
    [InlineData("a/b")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a\\b")]
    [InlineData("a%2eb")]
    [InlineData("a_b")]
    [InlineData("*")]
    [InlineData("ä.example")]
    [InlineData("a。example")]
    [InlineData("[::1")]
    [InlineData("::1")]
    [InlineData("[::1]a")]
    [InlineData("[::1%25eth0]")]
    [InlineData("[evil.example]")]
    [InlineData("a[::1]")]
    public void What_is_no_host_is_not_read(string? text) => Assert.False(HostHeader.TryReadName(text, out _));

    [Fact]
    public void A_text_longer_than_any_name_is_not_read() => Assert.False(HostHeader.TryReadName(new string('a', 261), out _));
}

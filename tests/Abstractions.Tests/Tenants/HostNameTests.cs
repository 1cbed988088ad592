using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tests.Tenants;

[Trait("Control", "TR-6")]
public sealed class HostNameTests
{
    private static readonly string Label = new('a', 63);

    [Theory]
    [InlineData("a.b")]
    [InlineData("mcp.acme.example")]
    [InlineData("1and1.example")]
    [InlineData("a-b.example")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("a.xn--p1ai")]
    [InlineData("10.0.0.1a")]
    public void A_DNS_name_in_lower_case_is_one(string text) => Assert.True(HostName.IsValid(text));

    [Theory]
    [InlineData("")]
    [InlineData("example")]
    [InlineData("A.example")]
    [InlineData("a.example.")]
    [InlineData(".example")]
    [InlineData("a..example")]
    [InlineData("-a.example")]
    [InlineData("a-.example")]
    [InlineData("a_b.example")]
    [InlineData("*.example")]
    [InlineData("a.example:80")]
    [InlineData("user@a.example")]
    [InlineData("a.example/x")]
    [InlineData("a b.example")]
    [InlineData("bücher.example")]
    [InlineData("a。example")]
    [InlineData("a.examplе")]
    [InlineData("127.0.0.1")]
    [InlineData("10.1")]
    [InlineData("a.1")]
    [InlineData("0.0x7f")]
    [InlineData("a.0x")]
    [InlineData("[::1]")]
    [InlineData("::1")]
    public void Anything_else_is_none(string text) => Assert.False(HostName.IsValid(text));

    [Fact]
    public void Labels_have_at_most_63_characters_and_names_253()
    {
        Assert.True(HostName.IsValid($"{Label}.example"));
        Assert.False(HostName.IsValid($"{Label}a.example"));
        Assert.True(HostName.IsValid($"{Label}.{Label}.{Label}.{Label[..61]}"));
        Assert.False(HostName.IsValid($"{Label}.{Label}.{Label}.{Label[..62]}"));
    }
}

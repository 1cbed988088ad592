using Platform.Abstractions.HttpsResources;
using Platform.Abstractions.Resources;

namespace Platform.Abstractions.Tests.HttpsResources;

/// <summary>What may be on a tenant's list of https hosts, and what an entry covers.</summary>
[Trait("Control", "IN-4")]
public sealed class HttpsHostRulesTests
{
    [Theory]
    [InlineData("docs.example.com")]
    [InlineData("docs.example.com:8443")]
    [InlineData("a.b")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("1and1.example")]
    public void A_name_is_taken(string host) => Assert.True(HttpsHostRules.IsHost(host));

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("intranet")]
    [InlineData("app.localhost")]
    [InlineData("printer.local")]
    [InlineData("metadata.google.internal")]
    [InlineData("1.0.0.127.in-addr.arpa")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("docs.0x7f")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("::1")]
    [InlineData("Docs.example.com")]
    [InlineData("docs.example.com.")]
    [InlineData("docs..example.com")]
    [InlineData(".example.com")]
    [InlineData("*.example.com")]
    [InlineData("docs.example.com:443")]
    [InlineData("docs.example.com:0")]
    [InlineData("docs.example.com:08443")]
    [InlineData("docs.example.com:65536")]
    [InlineData("docs.example.com:")]
    [InlineData("docs.example.com:80:80")]
    [InlineData("user@docs.example.com")]
    [InlineData("docs.example.com@127.0.0.1")]
    [InlineData("docs.example.com/")]
    [InlineData("docs.example.com/a")]
    [InlineData("docs.example.com?a")]
    [InlineData("docs.example.com#a")]
    [InlineData("docs.example.com\\a")]
    [InlineData("docs.example.com%2ea")]
    [InlineData("docs example.com")]
    [InlineData(" docs.example.com")]
    [InlineData("docs.example.com\0")]
    [InlineData("docs.example.com\r\n")]
    [InlineData("bücher.example")]
    [InlineData("docs。example.com")]
    [InlineData("ⓓocs.example.com")]
    [InlineData("-docs.example.com")]
    [InlineData("docs_1.example.com")]
    [InlineData("https://docs.example.com")]
    public void Everything_else_is_not(string host) => Assert.False(HttpsHostRules.IsHost(host));

    [Theory]
    [InlineData("/", true)]
    [InlineData("/docs", true)]
    [InlineData("/docs/v2.1/~me_a-b", true)]
    [InlineData("", false)]
    [InlineData("docs", false)]
    [InlineData("//", false)]
    [InlineData("/docs/", false)]
    [InlineData("/docs//v2", false)]
    [InlineData("/.", false)]
    [InlineData("/docs/..", false)]
    [InlineData("/docs/...", false)]
    [InlineData("/docs/*", false)]
    [InlineData("/docs%2f", false)]
    [InlineData("/docs;a", false)]
    [InlineData("/docs?a", false)]
    [InlineData("/döcs", false)]
    [InlineData("/docs:a", false)]
    public void A_prefix_is_plain_segments(string prefix, bool isOne) => Assert.Equal(isOne, HttpsHostRules.IsPrefix(prefix));

    [Fact]
    public void A_prefix_has_a_longest_length()
    {
        Assert.True(HttpsHostRules.IsPrefix("/" + new string('a', HttpsHostRules.MaxPrefix - 1)));
        Assert.False(HttpsHostRules.IsPrefix("/" + new string('a', HttpsHostRules.MaxPrefix)));
    }

    [Theory]
    [InlineData("/", "https://docs.example.com", true)]
    [InlineData("/", "https://docs.example.com/", true)]
    [InlineData("/", "https://DOCS.example.com:443/a/b", true)]
    [InlineData("/docs", "https://docs.example.com/docs", true)]
    [InlineData("/docs", "https://docs.example.com/docs/a", true)]
    [InlineData("/docs", "https://docs.example.com/d%6fcs/a%20b;v=1", true)]
    [InlineData("/docs", "https://docs.example.com/", false)]
    [InlineData("/docs", "https://docs.example.com/docsX", false)]
    [InlineData("/docs", "https://docs.example.com/Docs/a", false)]
    [InlineData("/docs", "https://docs.example.com/a/docs/b", false)]
    [InlineData("/docs", "https://docs.example.com/docs/..;/admin", false)]
    [InlineData("/docs", "https://docs.example.com/docs/.;a/admin", false)]
    [InlineData("/docs", "https://docs.example.com/docs/%2e%2E;a=1/admin", false)]
    [InlineData("/docs", "https://docs.example.com/docs/;/admin", false)]
    [InlineData("/", "https://docs.example.com:8443/a", false)]
    [InlineData("/", "https://docs.example.com.evil.example/a", false)]
    [InlineData("/", "https://a.docs.example.com/a", false)]
    [InlineData("/", "https://example.com/a", false)]
    [InlineData("/", "file:///docs.example.com/a", false)]
    public void An_entry_covers_its_own_host_below_its_prefix(string prefix, string uri, bool covers)
    {
        Assert.True(ResourceUri.TryParse(uri, out var parsed));

        Assert.Equal(covers, HttpsHostRules.Covers(Entry("docs.example.com", prefix), parsed));
    }

    [Fact]
    public void Another_port_is_another_host()
    {
        Assert.True(ResourceUri.TryParse("https://docs.example.com:8443/a", out var parsed));

        Assert.True(HttpsHostRules.Covers(Entry("docs.example.com:8443", "/"), parsed));
        Assert.False(HttpsHostRules.Covers(Entry("docs.example.com:84", "/"), parsed));
    }

    [Fact]
    public void The_permission_of_the_longest_entry_can_be_written()
    {
        var label = new string('a', 61);
        var host = string.Join('.', label, label, label, label) + ".aa:65535";
        Assert.True(HttpsHostRules.IsHost(host));

        Assert.EndsWith("/*", HttpsHostRules.ReadOf(Entry(host, "/" + new string('a', HttpsHostRules.MaxPrefix - 1))).Text, StringComparison.Ordinal);
    }

    private static HttpsHost Entry(string host, string prefix) =>
        new() { Host = host, PathPrefix = prefix, ContentTypes = ["text/plain"], MaxBytes = 1, Version = 1, ChangedAt = default, ChangedBy = "test" };
}

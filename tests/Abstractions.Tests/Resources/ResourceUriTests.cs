using Platform.Abstractions.Resources;

namespace Platform.Abstractions.Tests.Resources;

[Trait("Control", "IN-3")]
public sealed class ResourceUriTests
{
    private static readonly HashSet<string> Test = new(StringComparer.Ordinal) { "test" };

    [Theory]
    [InlineData("memory://Key", "memory/Key", "memory://Key")]
    [InlineData("memory://key", "memory/key", "memory://key")]
    [InlineData("file:///public/report.md", "public/report.md", "file:///public/report.md")]
    [InlineData("file:///a..b/.hidden/...x", "a..b/.hidden/...x", "file:///a..b/.hidden/...x")]
    [InlineData("file:///a%20b", "a b", "file:///a%20b")]
    [InlineData("file:///%61%2e%6D%64", "a.md", "file:///a.md")]
    [InlineData("file:///%C3%A9t%c3%a9.txt", "été.txt", "file:///%C3%A9t%C3%A9.txt")]
    [InlineData("file:///a!$&'()*+,;=@b", "a!$&'()*+,;=@b", "file:///a!$&'()*+,;=@b")]
    [InlineData("https://example.com", "https/example.com", "https://example.com/")]
    [InlineData("https://example.com/", "https/example.com", "https://example.com/")]
    [InlineData("https://EXAMPLE.Com/A/b", "https/example.com/A/b", "https://example.com/A/b")]
    [InlineData("https://example.com:443/a", "https/example.com/a", "https://example.com/a")]
    [InlineData("https://example.com:8443/a", "https/example.com:8443/a", "https://example.com:8443/a")]
    [InlineData("https://xn--bcher-kva.example/a", "https/xn--bcher-kva.example/a", "https://xn--bcher-kva.example/a")]
    [InlineData("https://3com.example/a", "https/3com.example/a", "https://3com.example/a")]
    public void An_honest_uri_has_one_object_and_one_form(string text, string target, string canonical)
    {
        Assert.True(ResourceUri.TryParse(text, out var uri));
        Assert.Equal((target, canonical, text[..text.IndexOf(':', StringComparison.Ordinal)]), (uri.Target, uri.ToString(), uri.Scheme));
    }

    [Theory]
    [InlineData(2047, true)]
    [InlineData(2048, true)]
    [InlineData(2049, false)]
    public void A_uri_has_up_to_2048_characters(int length, bool accepted) =>
        Assert.Equal(accepted, ResourceUri.TryParse("file:///".PadRight(length, 'a'), out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("://a")]
    [InlineData("a")]
    [InlineData("public/report.md")]
    [InlineData("FILE:///a")]
    [InlineData("File:///a")]
    [InlineData("HTTPS://example.com/a")]
    [InlineData("MEMORY://a")]
    [InlineData(" file:///a")]
    [InlineData("file:///a ")]
    [InlineData("file:///a\n")]
    [InlineData("file:a")]
    [InlineData("file:/a")]
    [InlineData("file://")]
    [InlineData("file:///")]
    [InlineData("http://example.com/a")]
    [InlineData("ftp://example.com/a")]
    [InlineData("data:text/plain,a")]
    [InlineData("javascript:alert(1)")]
    [InlineData("test://a")]
    [InlineData("file\0:///a")]
    [InlineData("file%3A///a")]
    [InlineData("ﬁle:///a")]
    public void A_scheme_is_one_of_the_allowed_ones_and_written_exactly(string? text) => Refused(text);

    [Theory]
    [InlineData("file://host/a")]
    [InlineData("file://localhost/a")]
    [InlineData("file://127.0.0.1/a")]
    [InlineData("file://./a")]
    [InlineData("file:////a")]
    [InlineData("file:////host/a")]
    [InlineData("file:///c:/a")]
    [InlineData("file:///a.txt:stream")]
    [InlineData("file:///a%3Astream")]
    public void A_file_has_no_authority_drive_or_stream(string text) => Refused(text);

    [Theory]
    [InlineData("file:///memory/Key")]
    [InlineData("file:///https/example.com/a")]
    [InlineData("file:///%6demory/Key")]
    public void A_file_cannot_have_the_object_of_another_scheme(string text) => Refused(text);

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("...")]
    [InlineData("../secret")]
    [InlineData("a/../secret")]
    [InlineData("a/./b")]
    [InlineData("a/..")]
    [InlineData("%2e%2e/secret")]
    [InlineData("%2E%2E/secret")]
    [InlineData(".%2e/secret")]
    [InlineData("%2e./secret")]
    [InlineData("a/%2e")]
    [InlineData("%252e%252e/secret")]
    [InlineData("%25252e")]
    [InlineData("a%25")]
    [InlineData("..%2fsecret")]
    [InlineData("..%2Fsecret")]
    [InlineData("a%2fb")]
    [InlineData("..%5csecret")]
    [InlineData("..\\secret")]
    [InlineData("a\\b")]
    [InlineData("..%c0%afsecret")]
    [InlineData("..%c1%9csecret")]
    [InlineData("..%e0%80%afsecret")]
    [InlineData("%c0%ae%c0%ae/secret")]
    [InlineData("%ff")]
    [InlineData("%c3")]
    [InlineData("%ed%a0%80")]
    [InlineData("%u002e%u002e")]
    [InlineData("%")]
    [InlineData("%2")]
    [InlineData("%zz")]
    [InlineData("%+1")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("%20")]
    [InlineData("a%20")]
    [InlineData("%20a")]
    [InlineData(".%20.")]
    [InlineData("..%20")]
    [InlineData("a\0")]
    [InlineData("a%00.md")]
    [InlineData("a%0d%0ab")]
    [InlineData("a%1bb")]
    [InlineData("a%7f")]
    [InlineData("a%c2%85b")]
    [InlineData("a\tb")]
    [InlineData("a b")]
    [InlineData("a?b")]
    [InlineData("a%3fb")]
    [InlineData("a#b")]
    [InlineData("a%23b")]
    [InlineData("é")]
    [InlineData("\u2024\u2024")]
    [InlineData("%e2%80%a4%e2%80%a4/secret")]
    [InlineData("%e2%80%a6")]
    [InlineData("%ef%bc%8e%ef%bc%8e")]
    [InlineData("%e3%80%82")]
    [InlineData("a%ef%bc%8fb")]
    [InlineData("a%e2%88%95b")]
    [InlineData("a%ef%bc%bcb")]
    [InlineData("%ef%bc%85")]
    [InlineData("a%e2%80%aeb")]
    [InlineData("a%e2%80%8bb")]
    [InlineData("%ef%bb%bfa")]
    [InlineData("a\"b")]
    [InlineData("a<b")]
    [InlineData("a|b")]
    [InlineData("a^b")]
    [InlineData("a`b")]
    [InlineData("{a}")]
    [InlineData("[a]")]
    public void A_path_that_two_readers_could_read_differently_is_refused(string path)
    {
        Refused("file:///" + path);
        Refused("https://example.com/" + path);
        Refused("test://" + path);
        Refused("memory://" + path);
    }

    [Theory]
    [InlineData("https://")]
    [InlineData("https:///a")]
    [InlineData("https://user@example.com/a")]
    [InlineData("https://user:secret@example.com/a")]
    [InlineData("https://example.com@evil.example/a")]
    [InlineData("https://example.com%40evil.example/a")]
    [InlineData("https://example.com\\@evil.example/a")]
    [InlineData("https://example.com#@evil.example/a")]
    [InlineData("https://example.com?a")]
    [InlineData("https://example.com./a")]
    [InlineData("https://.example.com/a")]
    [InlineData("https://example..com/a")]
    [InlineData("https://-example.com/a")]
    [InlineData("https://example-.com/a")]
    [InlineData("https://exa_mple.com/a")]
    [InlineData("https://*.example.com/a")]
    [InlineData("https://b\u00fccher.example/a")]
    [InlineData("https://b%c3%bccher.example/a")]
    [InlineData("https://example\u3002com/a")]
    [InlineData("https://ex\u0430mple.com/a")]
    [InlineData("https://example.com\u200b/a")]
    [InlineData("https://\uff45xample.com/a")]
    [InlineData("https://127.0.0.1/a")]
    [InlineData("https://2130706433/a")]
    [InlineData("https://0x7f000001/a")]
    [InlineData("https://0177.0.0.1/a")]
    [InlineData("https://127.1/a")]
    [InlineData("https://0x7f.1/a")]
    [InlineData("https://a.0x10/a")]
    [InlineData("https://[::1]/a")]
    [InlineData("https://[::ffff:127.0.0.1]/a")]
    [InlineData("https://example.com:/a")]
    [InlineData("https://example.com:0/a")]
    [InlineData("https://example.com:0443/a")]
    [InlineData("https://example.com:65536/a")]
    [InlineData("https://example.com:99999999999/a")]
    [InlineData("https://example.com:-1/a")]
    [InlineData("https://example.com:+1/a")]
    [InlineData("https://example.com: 1/a")]
    [InlineData("https://example.com:80:80/a")]
    [InlineData("https://example.com:\u0661/a")]
    public void A_host_is_a_plain_name_and_perhaps_a_port(string text) => Refused(text);

    [Fact]
    public void A_label_has_63_and_a_host_253_characters()
    {
        Assert.True(ResourceUri.TryParse($"https://{new string('a', 63)}.example/", out _));
        Refused($"https://{new string('a', 64)}.example/");
        var long253 = string.Join('.', Enumerable.Repeat(new string('a', 49), 5))[..249] + ".com";
        Assert.True(ResourceUri.TryParse($"https://{long253}/", out _));
        Refused($"https://b{long253}/");
    }

    [Fact]
    public void A_scheme_that_the_host_adds_is_served_and_claims_its_folder()
    {
        Assert.True(ResourceUri.TryParse("test://static-text", Test, out var uri));
        Assert.Equal(("test", "test/static-text", "test://static-text"), (uri.Scheme, uri.Target, uri.ToString()));
        Assert.False(ResourceUri.TryParse("file:///test/static-text", Test, out _));
        Assert.False(ResourceUri.TryParse("TEST://static-text", Test, out _));
        Assert.False(ResourceUri.TryParse("test://a/../b", Test, out _));
    }

    [Fact]
    public void A_uri_that_was_never_parsed_says_nothing()
    {
        Assert.Throws<InvalidOperationException>(() => default(ResourceUri).Target);
        Assert.Throws<InvalidOperationException>(() => default(ResourceUri).ToString());
    }

    private static void Refused(string? text)
    {
        Assert.False(ResourceUri.TryParse(text, out var uri));
        Assert.Equal(default, uri);
    }
}

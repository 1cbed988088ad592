using CsCheck;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tests.Tenants;

[Trait("Control", "TR-5")]
public sealed class OriginRuleTests
{
    [Theory]
    [InlineData("https://trusted-domain.com")]
    [InlineData("https://trusted-domain.com:8443")]
    [InlineData("http://localhost")]
    [InlineData("http://localhost:3000")]
    [InlineData("http://127.0.0.1:3000")]
    [InlineData("http://[::1]:3000")]
    [InlineData("https://xn--mnchen-3ya.de")]
    public void An_origin_as_a_browser_sends_it_passes(string origin) => Assert.True(OriginRule.IsValid(origin));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("https://")]
    [InlineData("https://*")]
    [InlineData("https://*.trusted-domain.com")]
    [InlineData("trusted-domain.com")]
    [InlineData("//trusted-domain.com")]
    [InlineData("https:trusted-domain.com")]
    [InlineData("https:/trusted-domain.com")]
    [InlineData("https:///trusted-domain.com")]
    [InlineData("HTTPS://trusted-domain.com")]
    [InlineData("https://Trusted-Domain.com")]
    [InlineData("https://trusted-domain.com.")]
    [InlineData("https://trusted-domain.com/")]
    [InlineData("https://trusted-domain.com/x")]
    [InlineData("https://trusted-domain.com?")]
    [InlineData("https://trusted-domain.com?x")]
    [InlineData("https://trusted-domain.com#")]
    [InlineData("https://trusted-domain.com#x")]
    [InlineData("https://trusted-domain.com:")]
    [InlineData("https://trusted-domain.com:443")]
    [InlineData("http://trusted-domain.com:80")]
    [InlineData("https://trusted-domain.com:08443")]
    [InlineData("https://trusted-domain.com:65536")]
    [InlineData("https://trusted-domain.com:-1")]
    [InlineData("https://trusted-domain.com:x")]
    [InlineData("https://user@trusted-domain.com")]
    [InlineData("https://@trusted-domain.com")]
    [InlineData("https://trusted-domain.com@evil.example")]
    [InlineData("https://trusted-domain.com\\@evil.example")]
    [InlineData("https:\\\\trusted-domain.com")]
    [InlineData(" https://trusted-domain.com")]
    [InlineData("https://trusted-domain.com ")]
    [InlineData("https://trusted-domain.com\n")]
    [InlineData("https://trusted-domain.com\0")]
    [InlineData("https://trusted-domain.com, https://evil.example")]
    [InlineData("https://trusted-domain.com https://evil.example")]
    [InlineData("https://trusted%2ddomain.com")]
    [InlineData("https://tru%73ted-domain.com")]
    [InlineData("https://münchen.de")]
    [InlineData("https://trusted-domain。com")]
    [InlineData("https://trusted‑domain.com")]
    [InlineData("https://trusted-domаin.com")]
    [InlineData("https://trusted_domain.com\u00AD")]
    [InlineData("https://127.1")]
    [InlineData("https://0x7f.0.0.1")]
    [InlineData("https://2130706433")]
    [InlineData("https://[::ffff:127.0.0.1%eth0]")]
    [InlineData("https://[0:0:0:0:0:0:0:1]")]
    [InlineData("ftp://trusted-domain.com")]
    [InlineData("file://trusted-domain.com")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("blob:https://trusted-domain.com")]
    [InlineData("chrome-extension://abcdefghijklmnop")]
    [InlineData("wss://trusted-domain.com")]
    [InlineData("https://trusted-domain..com")]
    [InlineData("https://.trusted-domain.com")]
    public void Any_other_form_is_refused(string? origin) => Assert.False(OriginRule.IsValid(origin));

    [Fact]
    public void An_origin_has_at_most_300_characters() => Assert.False(OriginRule.IsValid($"https://{string.Join('.', Enumerable.Repeat("a", 200))}"));

    [Fact]
    public void What_passes_is_plain_ascii_and_in_lower_case() =>
        Gen.String[Gen.Char["aA1.-:/@?#%*_ \\é[]"], 0, 12].Select(rest => "https://" + rest)
            .Sample(origin => !OriginRule.IsValid(origin) || origin.Skip(8).All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || ".-:_[]".Contains(c, StringComparison.Ordinal)));
}

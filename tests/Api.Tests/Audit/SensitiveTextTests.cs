using Platform.Api.Audit;

namespace Platform.Api.Tests.Audit;

[Trait("Control", "AL-3")]
public sealed class SensitiveTextTests
{
    [Theory]
    [InlineData("echo")]
    [InlineData("memory_set")]
    [InlineData("reboot_server")]
    [InlineData("tokens/list")]
    [InlineData("acme/keys/ab12cd34")]
    [InlineData("memory://Notes/2026")]
    [InlineData("memory://Quarterly-Report-2026-Final-Version")]
    [InlineData("memory://sessions/6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")]
    [InlineData("file://public/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("https://mcp.example.com/t/demo/mcp")]
    [InlineData("demo/usr_alice")]
    [InlineData("audit-events:verify")]
    public void Names_are_told_whoever_made_them_up(string text) => Assert.Equal(text, Hidden(text, isFree: true));

    [Theory]
    [InlineData("demo/NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")]
    [InlineData("kid:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs jti:5f0c0e7e")]
    public void Random_names_of_the_platform_are_told(string text) => Assert.Equal(text, Hidden(text, isFree: false));

    [Theory]
    [InlineData("memory://NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs/a", "memory://*/a")]
    [InlineData("otp JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "otp *")]
    public void What_somebody_made_up_and_looks_random_is_hidden(string text, string expected) => Assert.Equal(expected, Hidden(text, isFree: true));

    [Theory]
    [InlineData("demo/keys/mcpk_live_abcd1234_xyz:revoke", "demo/keys/*:revoke")]
    [InlineData("demo/bob@example.com/x", "demo/*/x")]
    [InlineData("https://user:pass@host.example/p", "https://*/p")]
    [InlineData("x password=hunter2&y=1", "x password=*&y=1")]
    [InlineData("memory://a?api_key=1234", "memory://a?api_key=*")]
    [InlineData("hmac:AAAAAAAAAAAAAAAA", "*")]
    [InlineData("say Bearer abcdef", "say Bearer *")]
    [InlineData("-----BEGIN PRIVATE KEY----- a/b c", "*")]
    [InlineData("keys/whsec_a/b+c=", "keys/*")]
    [InlineData("""{"password":"hunter2","a":1}""", """{"password":*,"a":1}""")]
    [InlineData("""{"password": "hun\"ter2"}""", """{"password": *}""")]
    [InlineData("password='hunter 2' x", "password=* x")]
    [InlineData("password = hunter2 x", "password = * x")]
    [InlineData("secret: hunter2", "secret: *")]
    [InlineData("password=\"hunter2", "password=*")]
    [InlineData("token=abc/def+ghi==", "token=*")]
    [InlineData("token=/abc/def&y=1", "token=*&y=1")]
    [InlineData("https://bob:p!ss$word@host/x", "https://*/x")]
    [InlineData("https://bob:p@ss@host/x", "https://*/x")]
    [InlineData("postgres://bob:p/ss@host/x", "postgres://*/x")]
    public void What_identifies_or_authenticates_is_hidden_and_the_rest_is_told(string text, string expected) =>
        Assert.Equal(expected, Hidden(text, isFree: false));

    [Fact]
    public void More_than_a_few_are_hidden_together() =>
        Assert.Equal("a/*:b/*:c/*", Hidden("a/mcpk_live_1:b/mcpk_live_2:c/mcpk_live_3:d/mcpk_live_4", isFree: false));

    [Fact]
    public void Credentials_of_every_known_form_are_hidden_to_their_last_character() =>
        Assert.All(Canaries.All(), canary => Assert.DoesNotContain(canary.Core, Hidden("tools/" + canary.Value, isFree: true), StringComparison.Ordinal));

    private static string Hidden(string text, bool isFree)
    {
        if (!SensitiveText.TryFind(text, isFree, out var found))
        {
            return text;
        }

        found.Reverse();
        foreach (var (start, length) in found)
        {
            text = string.Concat(text.AsSpan(0, start), "*", text.AsSpan(start + length));
        }

        return text;
    }
}

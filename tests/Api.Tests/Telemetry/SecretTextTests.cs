using System.Diagnostics;
using Platform.Hosting.Telemetry;

namespace Platform.Api.Tests.Telemetry;

[Trait("Control", "ER-2")]
public sealed class SecretTextTests
{
    [Theory]
    [InlineData("key mcpk_live_abcd1234_SECRETSECRET refused", "key [redacted] refused")]
    [InlineData("mcpm_test_abcd1234_SECRETSECRET", "[redacted]")]
    [InlineData("session mcps_abcdefgh12345678_SECRET", "session [redacted]")]
    [InlineData("boot_23456789abcdefgh", "[redacted]")]
    [InlineData("Authorization: Bearer abc.DEF-123~x", "Authorization: Bearer [redacted]")]
    [InlineData("basic dXNlcjpwYXNz", "basic [redacted]")]
    [InlineData("Host=db;Password=hunter2;Port=1", "Host=db;Password=[redacted];Port=1")]
    [InlineData("pwd = 'a b c' failed", "pwd = [redacted] failed")]
    [InlineData("\"client_secret\": \"s3cr3t\",", "\"client_secret\": [redacted],")]
    [InlineData("api-key: abc", "api-key: [redacted]")]
    [InlineData("AccountKey=abc==;x", "AccountKey=[redacted];x")]
    [InlineData("eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "[redacted]")]
    [InlineData("postgres://user:hunter2@db/x", "postgres://[redacted]@db/x")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "[redacted]")]
    public void A_credential_is_taken_out(string text, string clean) => Assert.Equal(clean, SecretText.Redact(text));

    [Theory]
    [InlineData("SQLite Error 13: 'database or disk is full'.")]
    [InlineData("   at Platform.Grains.Keys.KeyGrain.VerifyAsync(String token) in KeyGrain.cs:line 12")]
    [InlineData("The key grain _sys/abcd1234 was deactivated.")]
    [InlineData("http://127.0.0.1:5080/t/demo/mcp")]
    public void Other_text_stays_as_it_is(string text) => Assert.Equal(text, SecretText.Redact(text));

    [Fact]
    public void A_trace_leaves_without_the_credential_of_an_exception()
    {
        using var activity = new Activity("call").Start();
        activity.SetTag("exception.message", "Password=hunter2").SetTag("rpc.method", "take").SetStatus(ActivityStatusCode.Error, "token=abcdef");

        using var redaction = new RedactingTraces();
        redaction.OnEnd(activity);

        Assert.Equal(("Password=[redacted]", "take", "token=[redacted]"), (activity.GetTagItem("exception.message"), activity.GetTagItem("rpc.method"), activity.StatusDescription));
    }

    [Theory]
    [InlineData("tenant-directory/_sys/NzbLsXh8uDCcd", "tenant-directory/_sys/*")]
    [InlineData("tenant/aaaaaaaa", "tenant/aaaaaaaa")]
    [InlineData("sys.svc.provider", "sys.svc.provider")]
    public void A_trace_says_of_a_grain_what_it_is_and_whose_and_not_its_name(string id, string expected)
    {
        using var activity = new Activity("call").Start();
        activity.SetTag("orleans.rpc.target_id", id);

        using var redaction = new RedactingTraces();
        redaction.OnEnd(activity);

        Assert.Equal(expected, activity.GetTagItem("orleans.rpc.target_id"));
    }
}

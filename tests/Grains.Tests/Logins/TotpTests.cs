using System.Text;
using Platform.Grains.Logins;

namespace Platform.Grains.Tests.Logins;

[Trait("Control", "AU-11")]
public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_111_111_109);

    /// <summary>RFC 6238, appendix B: the last six digits of its eight.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1_111_111_109, "081804")]
    [InlineData(1_111_111_111, "050471")]
    [InlineData(1_234_567_890, "005924")]
    [InlineData(2_000_000_000, "279037")]
    [InlineData(20_000_000_000, "353130")]
    public void The_vectors_of_the_RFC_come_out(long seconds, string code) =>
        Assert.Equal(code, Totp.Code(Secret, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_code_is_good_one_step_early_and_one_step_late(int steps, bool good) =>
        Assert.Equal(good, Totp.TryVerify(Secret, Totp.Code(Secret, Totp.StepAt(Now) + steps), Now, lastUsed: 0, out _));

    [Fact]
    public void A_code_of_a_step_that_was_used_or_of_one_before_it_is_refused()
    {
        var step = Totp.StepAt(Now);
        Assert.True(Totp.TryVerify(Secret, Totp.Code(Secret, step), Now, lastUsed: step - 1, out var used));

        Assert.Equal(step, used);
        Assert.False(Totp.TryVerify(Secret, Totp.Code(Secret, step), Now, used, out _));
        Assert.False(Totp.TryVerify(Secret, Totp.Code(Secret, step - 1), Now, used, out _));
        Assert.True(Totp.TryVerify(Secret, Totp.Code(Secret, step + 1), Now, used, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("81804")]
    [InlineData("0081804")]
    [InlineData("٠٨١٨٠٤")]
    [InlineData("000000")]
    public void Anything_else_is_refused(string code) => Assert.False(Totp.TryVerify(Secret, code, Now, lastUsed: 0, out _));

    /// <summary>RFC 4648, section 10, without the padding.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void The_text_is_base32(string bytes, string text) => Assert.Equal(text, Totp.Text(Encoding.ASCII.GetBytes(bytes)));

    [Fact]
    public void The_uri_is_what_authenticators_read() => Assert.Equal(
        "otpauth://totp/MoCoPr:anna%40acme?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=MoCoPr&algorithm=SHA1&digits=6&period=30", Totp.UriOf(Secret, "MoCoPr", "anna@acme"));

    [Fact]
    public void Ten_recovery_codes_differ_and_are_read_as_they_are_typed()
    {
        var codes = RecoveryCodes.Make();

        Assert.Equal(10, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(codes, code => Assert.Equal(code.Replace("-", "", StringComparison.Ordinal), RecoveryCodes.Normalize($" {code.ToUpperInvariant()} ")));
        Assert.Null(RecoveryCodes.Normalize("short"));
        Assert.Null(RecoveryCodes.Normalize("0000000000"));
    }
}

using Platform.Abstractions.Logins;
using Platform.Grains.Logins;

namespace Platform.Grains.Tests.Logins;

[Trait("Control", "AU-8")]
public sealed class PasswordHashTests
{
    private const string Password = "correct horse battery staple";

    [Fact]
    public void A_password_matches_its_hash_and_no_other()
    {
        var stored = PasswordHash.Create(Password);

        Assert.True(PasswordHash.Verify(stored, Password, PasswordRules.Rounds, out var outdated));
        Assert.False(outdated);
        Assert.False(PasswordHash.Verify(stored, "Correct horse battery staple", PasswordRules.Rounds, out _));
    }

    [Fact]
    public void Today_it_is_210_000_rounds_of_sha512_with_a_salt_of_16_bytes()
    {
        var parts = PasswordHash.Create(Password).Split('$');

        Assert.Equal(("pbkdf2-sha512", "210000", 16, 32), (parts[0], parts[1], Convert.FromBase64String(parts[2]).Length, Convert.FromBase64String(parts[3]).Length));
    }

    [Fact]
    public void Two_hashes_of_one_password_differ() => Assert.NotEqual(PasswordHash.Create(Password), PasswordHash.Create(Password));

    [Theory]
    [InlineData(99_999)]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Fewer_than_100_000_rounds_are_never_made(int rounds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PasswordHash.Create(Password, rounds));

    [Fact]
    public void Fewer_than_100_000_rounds_are_never_accepted()
    {
        var weak = System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(Password, new byte[16], 99_999, System.Security.Cryptography.HashAlgorithmName.SHA512, 32);
        var stored = $"pbkdf2-sha512$99999${Convert.ToBase64String(new byte[16])}${Convert.ToBase64String(weak)}";

        Assert.False(PasswordHash.Verify(stored, Password, PasswordRules.Rounds, out _));
    }

    [Fact]
    public void A_hash_at_the_floor_matches_and_is_to_be_renewed()
    {
        var stored = PasswordHash.Create(Password, 100_000);

        Assert.True(PasswordHash.Verify(stored, Password, PasswordRules.Rounds, out var outdated));
        Assert.True(outdated);
    }

    [Fact]
    public void A_wrong_password_renews_nothing()
    {
        Assert.False(PasswordHash.Verify(PasswordHash.Create(Password, 100_000), "wrong", PasswordRules.Rounds, out var outdated));
        Assert.False(outdated);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Password)]
    public void Without_a_stored_hash_nothing_matches(string password) => Assert.False(PasswordHash.Verify(stored: null, password, PasswordRules.Rounds, out _));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("pbkdf2-sha512")]
    [InlineData("pbkdf2-sha1$210000$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$ 210000$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$-210000$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$99999999999$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$210000$AAAA$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$210000$not base64$AAAA")]
    [InlineData("pbkdf2-sha512$210000$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$10000001$AAAA$AAAA")]
    public void A_hash_of_another_form_matches_nothing(string stored) => Assert.False(PasswordHash.Verify(stored, Password, PasswordRules.Rounds, out _));
}

using FluentValidation.TestHelper;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Sessions;

namespace Platform.Abstractions.Tests.Sessions;

[Trait("Control", "AU-8")]
public sealed class PasswordRulesTests
{
    private readonly BootstrapValidator _bootstrap = new();

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("abcdeabcdeab")]
    [InlineData("пароль из слов")]
    [InlineData("tab\tand space")]
    public void A_long_password_of_any_composition_passes(string password) =>
        _bootstrap.TestValidate(new Bootstrap { Secret = "boot_x", Password = password }).ShouldNotHaveAnyValidationErrors();

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(64, true)]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_password_has_12_to_256_characters(int length, bool valid)
    {
        var password = string.Concat(Enumerable.Repeat("abcdefg", 40))[..length];

        Assert.Equal(valid, _bootstrap.TestValidate(new Bootstrap { Secret = "boot_x", Password = password }).IsValid);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("            ")]
    [InlineData("aaaaaaaaaaaaaaaaaaaa")]
    [InlineData("121212121212")]
    [InlineData("abcdabcdabcd")]
    public void A_password_of_few_different_characters_is_refused(string? password) =>
        _bootstrap.TestValidate(new Bootstrap { Secret = "boot_x", Password = password! }).ShouldHaveValidationErrorFor(command => command.Password);

    [Fact]
    public void The_list_has_more_than_3_000_entries() => Assert.InRange(CommonPasswords.All.Count, 3_000, int.MaxValue);

    /// <summary>ASVS 6.2.4: of the common ones that our rules of length let through, and of those that were made longer to get through, none passes.</summary>
    [Fact]
    public void A_common_password_is_refused_at_whatever_length()
    {
        string[] longer = ["", "1234567890", "!!!!!!!!!!", "2026!2026!"];
        var passed = CommonPasswords.All.SelectMany(word => longer.Select(tail => word + tail))
            .Where(password => password.Length >= PasswordRules.MinLength)
            .Where(password => _bootstrap.Validate(new Bootstrap { Secret = "boot_x", Password = password }).IsValid);

        Assert.Empty(passed.Take(5));
    }

    [Theory]
    [InlineData("PasswordPassword")]
    [InlineData("P@ssw0rd12345!")]
    [InlineData("iloveyouiloveyou")]
    [InlineData("!!qwerty!!1234")]
    [InlineData("Dr4g0n2026!!!")]
    [InlineData("123456789012")]
    public void A_common_password_in_disguise_is_refused(string password) =>
        _bootstrap.TestValidate(new Bootstrap { Secret = "boot_x", Password = password }).ShouldHaveValidationErrorFor(command => command.Password);

    [Theory]
    [InlineData("password of a green teapot")]
    [InlineData("dragons eat 7 muffins")]
    [InlineData("tK9#vq2LmX$wZ8")]
    public void A_common_word_among_others_is_no_common_password(string password) =>
        _bootstrap.TestValidate(new Bootstrap { Secret = "boot_x", Password = password }).ShouldNotHaveAnyValidationErrors();

    [Fact]
    public void A_bootstrap_secret_is_needed_and_bounded()
    {
        _bootstrap.TestValidate(new Bootstrap { Secret = "", Password = "correct horse" }).ShouldHaveValidationErrorFor(command => command.Secret);
        _bootstrap.TestValidate(new Bootstrap { Secret = new string('s', 201), Password = "correct horse" }).ShouldHaveValidationErrorFor(command => command.Secret);
    }

    [Fact]
    public void Signing_in_bounds_what_is_hashed_and_tells_nothing_of_the_rules()
    {
        var signIn = new SignInValidator();

        Assert.True(signIn.TestValidate(new SignIn { User = "admin", Password = "short" }).IsValid);
        signIn.TestValidate(new SignIn { User = "admin", Password = new string('p', 257) }).ShouldHaveValidationErrorFor(command => command.Password);
        signIn.TestValidate(new SignIn { User = new string('u', 101), Password = "short" }).ShouldHaveValidationErrorFor(command => command.User);
    }
}

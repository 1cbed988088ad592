using FluentValidation.TestHelper;
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

using Platform.Abstractions.IdentityProviders;

namespace Platform.Abstractions.Tests.IdentityProviders;

[Trait("Control", "AU-11")]
public sealed class SignInRedirectTests
{
    [Fact]
    public void The_path_is_what_the_documented_command_computes() =>
        Assert.Equal("/sign-in/callback/acme/ced4229bf4ad3faa114cd9e344f79886", SignInRedirect.PathOf("acme", "https://login.example"));

    [Theory]
    [InlineData("https://login.example/")]
    [InlineData("https://login.example/acme")]
    [InlineData("https://LOGIN.example")]
    public void Another_issuer_has_another(string issuer) => Assert.NotEqual(SignInRedirect.KeyOf("https://login.example"), SignInRedirect.KeyOf(issuer));
}

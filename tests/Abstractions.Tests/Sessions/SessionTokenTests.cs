using CsCheck;
using Platform.Abstractions.Sessions;

namespace Platform.Abstractions.Tests.Sessions;

[Trait("Control", "AU-11")]
public sealed class SessionTokenTests
{
    [Fact]
    public void A_minted_token_names_its_session()
    {
        var id = SessionToken.NewId();

        Assert.True(SessionToken.TryReadId(SessionToken.Mint(id), out var read));
        Assert.Equal(id, read);
    }

    [Fact]
    public void An_id_has_sixteen_lower_case_letters_and_digits() =>
        Assert.All(Enumerable.Range(0, 500), _ => Assert.Matches("^[0-9a-z]{16}$", SessionToken.NewId()));

    [Fact]
    public void Two_tokens_of_one_session_differ() => Assert.NotEqual(SessionToken.Mint("aaaaaaaaaaaaaaaa"), SessionToken.Mint("aaaaaaaaaaaaaaaa"));

    [Theory]
    [InlineData("")]
    [InlineData("mcps_")]
    [InlineData("mcpk_aaaaaaaaaaaaaaaa_0000000000000000000000000000000000000000000")]
    [InlineData("MCPS_aaaaaaaaaaaaaaaa_0000000000000000000000000000000000000000000")]
    [InlineData("mcps_AAAAAAAAAAAAAAAA_0000000000000000000000000000000000000000000")]
    [InlineData("mcps_aaaaaaaaaaaaaaa/_0000000000000000000000000000000000000000000")]
    [InlineData("mcps_aaaaaaaaaaaaaaaa-0000000000000000000000000000000000000000000")]
    [InlineData("mcps_aaaaaaaaaaaaaaaa_00000000000000000000000000000000000000000+0")]
    [InlineData("mcps_aaaaaaaaaaaaaaaa_000000000000000000000000000000000000000000")]
    [InlineData("mcps_aaaaaaaaaaaaaaaa_00000000000000000000000000000000000000000000")]
    [InlineData("mcps_aaaaaaaaaaaaaaaа_0000000000000000000000000000000000000000000")]
    public void Anything_of_another_form_is_refused(string token)
    {
        Assert.False(SessionToken.TryReadId(token, out var id));
        Assert.Null(id);
    }

    [Fact]
    public void Arbitrary_text_is_refused_and_breaks_nothing() => Gen.String.Sample(text => !SessionToken.TryReadId(text, out _));
}

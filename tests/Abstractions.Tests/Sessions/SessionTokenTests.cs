using CsCheck;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tests.Sessions;

[Trait("Control", "AU-11")]
public sealed class SessionTokenTests
{
    [Fact]
    public void A_minted_token_names_its_session()
    {
        var id = SessionToken.NewId();

        Assert.True(SessionToken.TryRead(SessionToken.Mint(TenantId.Platform, id), out var tenant, out var read));
        Assert.Equal((TenantId.Platform, id), (tenant, read));
    }

    [Fact]
    public void A_token_of_a_tenants_user_names_the_tenant()
    {
        var (home, id) = (TenantId.New(), SessionToken.NewId());

        Assert.True(SessionToken.TryRead(SessionToken.Mint(home, id), out var tenant, out var read));
        Assert.Equal((home, id), (tenant, read));
    }

    [Fact]
    public void An_id_has_sixteen_lower_case_letters_and_digits() =>
        Assert.All(Enumerable.Range(0, 500), _ => Assert.Matches("^[0-9a-z]{16}$", SessionToken.NewId()));

    [Fact]
    public void Two_tokens_of_one_session_differ() => Assert.NotEqual(SessionToken.Mint(TenantId.Platform, "aaaaaaaaaaaaaaaa"), SessionToken.Mint(TenantId.Platform, "aaaaaaaaaaaaaaaa"));

    [Theory]
    [InlineData("")]
    [InlineData("mcps_")]
    [InlineData("mcps__aaaaaaaaaaaaaaaa_0000000000000000000000000000000000000000000")]
    [InlineData("mcps__sys_aaaaaaaaaaaaaaaa_0000000000000000000000000000000000000000000")]
    [InlineData("mcps_short_aaaaaaaaaaaaaaaa_0000000000000000000000000000000000000000000")]
    [InlineData("mcps_tenant/00_aaaaaaaaaaaaaaaa_0000000000000000000000000000000000000000000")]
    [InlineData("mcps_tenant000aaaaaaaaaaaaaaaa_0000000000000000000000000000000000000000000")]
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
        Assert.False(SessionToken.TryRead(token, out _, out var id));
        Assert.Null(id);
    }

    [Fact]
    public void Arbitrary_text_is_refused_and_breaks_nothing() => Gen.String.Sample(text => !SessionToken.TryRead(text, out _, out _));
}

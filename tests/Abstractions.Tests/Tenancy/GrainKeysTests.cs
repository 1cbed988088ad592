using CsCheck;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tests.Tenancy;

[Trait("Control", "AZ-4")]
public sealed class GrainKeysTests
{
    private static readonly Gen<TenantId> Tenants = Gen.OneOf(
        Gen.Const(TenantId.Platform),
        Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789"], 8, 26].Select(Parse));

    private static readonly Gen<string> Rests = Gen.String[1, GrainKeys.MaxRest];

    // Near misses: what an attacker would send to be taken for another tenant.
    private static readonly Gen<string> Keys = Gen.OneOf(
        Gen.String,
        Gen.String[Gen.Char["abA0_/\\\0 .-"], 0, 40],
        Gen.Select(Tenants, Gen.String, (tenant, tail) => $"{tenant}/{tail}"),
        Gen.Select(Tenants, Gen.String, (tenant, tail) => $"{tenant}{tail}"));

    [Fact]
    public void A_key_of_many_is_read_back() =>
        Gen.Select(Tenants, Rests).Sample((tenant, rest) =>
            GrainKeys.TryParse(GrainKeys.For(tenant, rest), out var read, out var tail) && read == tenant && tail == rest);

    [Fact]
    public void A_key_of_one_is_read_back() =>
        Tenants.Sample(tenant => GrainKeys.TryParse(GrainKeys.For(tenant), out var read, out var tail) && read == tenant && tail.Length == 0);

    [Fact]
    public void Nothing_parses_that_could_not_have_been_made() =>
        Keys.Sample(key => !GrainKeys.TryParse(key, out var tenant, out var rest) || key == Remake(tenant, rest), iter: 100_000);

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/x")]
    [InlineData("//x")]
    [InlineData("abcdefgh/")]
    [InlineData("ABCDEFGH/x")]
    [InlineData("abcdefgh\\x")]
    [InlineData(" abcdefgh/x")]
    [InlineData("abcdefg/h/x")]
    [InlineData("_sys/")]
    [InlineData("_sy/x")]
    public void A_key_that_names_no_tenant_is_refused(string key)
    {
        Assert.False(GrainKeys.TryParse(key, out var tenant, out var rest));
        Assert.Equal((false, ""), (tenant.IsValid, rest));
    }

    [Fact]
    public void The_tenant_ends_at_the_first_slash()
    {
        Assert.True(GrainKeys.TryParse("abcdefgh/_sys/x", out var tenant, out var rest));
        Assert.Equal(("abcdefgh", "_sys/x"), (tenant.ToString(), rest));
    }

    [Fact]
    public void The_part_after_the_tenant_is_bounded()
    {
        Assert.True(GrainKeys.TryParse("abcdefgh/" + new string('x', 256), out _, out _));
        Assert.False(GrainKeys.TryParse("abcdefgh/" + new string('x', 257), out _, out _));
        Assert.Throws<ArgumentException>(() => GrainKeys.For(TenantId.Platform, new string('x', 257)));
        Assert.Throws<ArgumentException>(() => GrainKeys.For(TenantId.Platform, ""));
    }

    [Fact]
    public void Nobody_has_no_keys()
    {
        Assert.Throws<InvalidOperationException>(() => GrainKeys.For(default));
        Assert.Throws<InvalidOperationException>(() => GrainKeys.For(default, "x"));
    }

    private static string Remake(TenantId tenant, string rest) => rest.Length == 0 ? GrainKeys.For(tenant) : GrainKeys.For(tenant, rest);

    private static TenantId Parse(string text) => TenantId.TryParse(text, out var id) ? id : throw new InvalidOperationException(text);
}

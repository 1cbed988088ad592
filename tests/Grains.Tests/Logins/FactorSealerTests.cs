using System.Security.Cryptography;
using Platform.Abstractions.Tenants;
using Platform.Grains.Logins;

namespace Platform.Grains.Tests.Logins;

[Trait("Control", "AU-11")]
public sealed class FactorSealerTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];
    private readonly FactorSealer _sealer = new(new byte[32]);
    private readonly TenantId _tenant = TenantId.New();

    [Fact]
    public void What_is_sealed_can_be_opened_and_not_read()
    {
        var box = _sealer.Seal(_tenant, "usr_anna", Secret);

        Assert.Equal(Secret, _sealer.Open(_tenant, "usr_anna", box));
        Assert.Equal(-1, box.AsSpan().IndexOf(Secret.AsSpan(0, 4)));
    }

    [Fact]
    public void A_secret_of_another_user_tenant_or_key_is_not_opened()
    {
        var box = _sealer.Seal(_tenant, "usr_anna", Secret);

        Assert.ThrowsAny<CryptographicException>(() => _sealer.Open(_tenant, "usr_mallory", box));
        Assert.ThrowsAny<CryptographicException>(() => _sealer.Open(TenantId.New(), "usr_anna", box));
        Assert.ThrowsAny<CryptographicException>(() => new FactorSealer([.. Enumerable.Repeat((byte)7, 32)]).Open(_tenant, "usr_anna", box));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(40)]
    public void A_changed_byte_is_seen(int at)
    {
        var box = _sealer.Seal(_tenant, "usr_anna", Secret);
        box[at] ^= 1;

        Assert.ThrowsAny<CryptographicException>(() => _sealer.Open(_tenant, "usr_anna", box));
    }
}

using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Grains.SigningKeys;
using Platform.Testing;

namespace Platform.Grains.Tests.SigningKeys;

/// <summary>What the ring asks of whoever holds private keys, held by both kinds: a process over a vault, and a machine that lets no key out.</summary>
[Trait("Control", "AU-9")]
public sealed class KeySignerTests
{
    private static readonly byte[] Data = Encoding.ASCII.GetBytes("header.payload");

    private readonly FaultySecretStore _vault = new();
    private readonly TenantId _tenant = TenantId.New();

    [Theory]
    [InlineData("vault")]
    [InlineData("hsm")]
    public async Task A_signature_is_verified_by_the_public_part_that_was_answered(string kind)
    {
        var signer = Signer(kind);
        var key = Key("a");
        var jwk = await signer.CreateAsync(key, CancellationToken.None);

        await signer.PrepareAsync(key, CancellationToken.None);

        Assert.True(Verify(jwk, await signer.SignAsync(key, Data, CancellationToken.None)));
    }

    [Theory]
    [InlineData("vault")]
    [InlineData("hsm")]
    public async Task A_key_that_was_never_made_cannot_be_prepared(string kind) =>
        await Assert.ThrowsAsync<SignerUnavailableException>(() => Signer(kind).PrepareAsync(Key("nobody"), CancellationToken.None));

    [Fact]
    public async Task Another_process_over_the_same_vault_signs_with_the_same_key()
    {
        var jwk = await new VaultKeySigner(_vault).CreateAsync(Key("a"), CancellationToken.None);

        Assert.True(Verify(jwk, await new VaultKeySigner(_vault).SignAsync(Key("a"), Data, CancellationToken.None)));
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task A_key_in_memory_signs_while_the_vault_is_away_and_one_that_is_not_does_not()
    {
        var warm = new VaultKeySigner(_vault);
        var jwk = await warm.CreateAsync(Key("a"), CancellationToken.None);
        _vault.IsAway = true;

        Assert.True(Verify(jwk, await warm.SignAsync(Key("a"), Data, CancellationToken.None)));
        await Assert.ThrowsAsync<SignerUnavailableException>(() => new VaultKeySigner(_vault).SignAsync(Key("a"), Data, CancellationToken.None));
    }

    [Fact]
    public async Task A_key_that_the_vault_did_not_take_is_not_used()
    {
        var signer = new VaultKeySigner(_vault);
        _vault.IsAway = true;
        await Assert.ThrowsAsync<SignerUnavailableException>(() => signer.CreateAsync(Key("a"), CancellationToken.None));
        _vault.IsAway = false;

        await Assert.ThrowsAsync<SignerUnavailableException>(() => signer.SignAsync(Key("a"), Data, CancellationToken.None));
    }

    [Fact]
    public async Task What_is_no_key_in_the_vault_is_an_outage_and_no_crash()
    {
        await _vault.SetAsync(Key("a").SecretName, new byte[10], expires: null, CancellationToken.None);

        await Assert.ThrowsAsync<SignerUnavailableException>(() => new VaultKeySigner(_vault).SignAsync(Key("a"), Data, CancellationToken.None));
    }

    [Fact]
    public async Task Another_tenants_key_of_the_same_id_is_another_key()
    {
        var signer = new VaultKeySigner(_vault);
        var mine = await signer.CreateAsync(Key("a"), CancellationToken.None);
        var theirs = new SigningKeyReference(TenantId.New(), "a", SigningAlgorithm.Es256);
        await signer.CreateAsync(theirs, CancellationToken.None);

        Assert.False(Verify(mine, await signer.SignAsync(theirs, Data, CancellationToken.None)));
    }

    private IKeySigner Signer(string kind) => kind == "hsm" ? new FakeHsm() : new VaultKeySigner(_vault);

    private SigningKeyReference Key(string kid) => new(_tenant, kid, SigningAlgorithm.Es256);

    private static bool Verify(PublicJwk jwk, byte[] signature)
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(jwk.X), Y = Base64UrlEncoder.DecodeBytes(jwk.Y) },
        });
        return key.VerifyData(Data, signature, HashAlgorithmName.SHA256);
    }
}

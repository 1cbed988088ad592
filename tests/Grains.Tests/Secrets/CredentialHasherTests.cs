using Platform.Grains.Secrets;

namespace Platform.Grains.Tests.Secrets;

[Trait("Control", "AU-7")]
public sealed class CredentialHasherTests
{
    private static readonly byte[] Pepper = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly CredentialHasher _hasher = new(Pepper);

    [Fact]
    public void A_credential_matches_its_hash_and_no_other()
    {
        var stored = _hasher.Hash("key", "secret");

        Assert.True(_hasher.Matches("key", "secret", stored));
        Assert.False(_hasher.Matches("key", "Secret", stored));
    }

    [Fact]
    public void A_hash_of_one_purpose_is_worth_nothing_for_another() => Assert.False(_hasher.Matches("session", "secret", _hasher.Hash("key", "secret")));

    [Fact]
    public void A_hash_is_worth_nothing_under_another_pepper() => Assert.False(new CredentialHasher(new byte[32]).Matches("key", "secret", _hasher.Hash("key", "secret")));

    [Fact]
    public void An_absent_hash_matches_nothing() => Assert.False(_hasher.Matches("key", "secret", []));

    [Fact]
    public void A_pepper_has_at_least_32_bytes() => Assert.Throws<ArgumentException>(() => new CredentialHasher(new byte[31]));

    [Fact]
    public async Task The_pepper_is_made_once_and_kept()
    {
        var vault = new Vault();
        var first = await CredentialHasher.LoadAsync(vault, CancellationToken.None);

        var second = await CredentialHasher.LoadAsync(vault, CancellationToken.None);

        Assert.True(second.Matches("key", "secret", first.Hash("key", "secret")));
        Assert.Equal(1, vault.Writes);
    }

    private sealed class Vault : ISecretStore
    {
        private readonly Dictionary<string, byte[]> _secrets = new(StringComparer.Ordinal);

        public int Writes { get; private set; }

        public ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel) => ValueTask.FromResult(_secrets.GetValueOrDefault(name));

        public ValueTask SetAsync(string name, ReadOnlyMemory<byte> value, CancellationToken cancel)
        {
            _secrets[name] = value.ToArray();
            Writes++;
            return ValueTask.CompletedTask;
        }
    }
}

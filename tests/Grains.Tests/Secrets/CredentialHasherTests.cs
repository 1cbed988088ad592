using System.Globalization;
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

    [Fact]
    public async Task The_oldest_pepper_stays_so_that_silos_which_start_at_once_agree()
    {
        var vault = new Vault();
        var first = await CredentialHasher.LoadAsync(vault, CancellationToken.None);
        await vault.SetAsync(CredentialHasher.SecretName, Pepper, CancellationToken.None);

        var second = await CredentialHasher.LoadAsync(vault, CancellationToken.None);

        Assert.True(second.Matches("key", "secret", first.Hash("key", "secret")));
    }

    [Fact]
    public async Task A_disabled_pepper_is_not_replaced_by_a_new_one()
    {
        var vault = new Vault();
        await CredentialHasher.LoadAsync(vault, CancellationToken.None);
        await vault.DisableAsync(CredentialHasher.SecretName, "1", CancellationToken.None);

        var refused = await Assert.ThrowsAsync<SecretStoreException>(() => CredentialHasher.LoadAsync(vault, CancellationToken.None));

        Assert.Equal((SecretFault.Disabled, 1), (refused.Fault, vault.Writes));
    }

    [Fact]
    public async Task A_pepper_that_a_person_made_too_short_is_refused()
    {
        var vault = new Vault();
        await vault.SetAsync(CredentialHasher.SecretName, new byte[31], CancellationToken.None);

        var refused = await Assert.ThrowsAsync<SecretStoreException>(() => CredentialHasher.LoadAsync(vault, CancellationToken.None));

        Assert.Equal(SecretFault.Unreadable, refused.Fault);
    }

    /// <summary>One secret with versions from 1.</summary>
    private sealed class Vault : ISecretStore
    {
        private readonly List<byte[]> _versions = [];
        private readonly HashSet<string> _disabled = new(StringComparer.Ordinal);

        public int Writes => _versions.Count;

        public TimeSpan Granularity => TimeSpan.Zero;

        public ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<byte[]?> GetVersionAsync(string name, string version, CancellationToken cancel) => _disabled.Contains(version)
            ? throw new SecretStoreException(SecretFault.Disabled, "disabled")
            : ValueTask.FromResult<byte[]?>(_versions[int.Parse(version, CultureInfo.InvariantCulture) - 1]);

        public ValueTask<string> SetAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancel)
        {
            _versions.Add(value.ToArray());
            return ValueTask.FromResult(_versions.Count.ToString(CultureInfo.InvariantCulture));
        }

        public ValueTask<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancel) => ValueTask.FromResult<IReadOnlyList<SecretVersion>>(
            [.. Enumerable.Range(1, _versions.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)).Select(id => new SecretVersion(id, default, !_disabled.Contains(id), Expires: null))]);

        public ValueTask<bool> DisableAsync(string name, string version, CancellationToken cancel) => ValueTask.FromResult(_disabled.Add(version));

        public ValueTask<bool> DeleteAsync(string name, CancellationToken cancel) => throw new NotSupportedException();
    }
}

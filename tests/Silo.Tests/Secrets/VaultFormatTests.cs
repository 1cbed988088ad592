using System.Security.Cryptography;
using Platform.Grains.Secrets;
using Platform.Silo.Secrets;

namespace Platform.Silo.Tests.Secrets;

/// <summary>A vault written by an earlier version of this platform.</summary>
public sealed class VaultFormatTests : IDisposable
{
    private static readonly byte[] Secret = "correct horse battery staple"u8.ToArray();

    private readonly TemporaryDirectory _temporary = new();
    private readonly LocalVaultOptions _options;
    private readonly byte[] _old;

    public VaultFormatTests()
    {
        Directory.CreateDirectory(_temporary.Path);
        _options = new LocalVaultOptions { File = _temporary["vault.json"], KeyFile = _temporary["vault.key"], CounterFile = _temporary["vault.counter"] };
        LocalVault.Open(_options).Dispose();
        var keys = VaultKeys.Read(_options.KeyFile);
        var entries = new[] { ("pepper", 1, "old"u8.ToArray()), ("pepper", 2, Secret) }.Select((entry, at) =>
        {
            var sealedEntry = VaultCipher.Encrypt(keys.Entries, entry.Item1, entry.Item2, at + 1, entry.Item3);
            return new VaultEntry1(sealedEntry.Name, sealedEntry.Version, sealedEntry.Counter, sealedEntry.Nonce, sealedEntry.Data, sealedEntry.Tag);
        });
        var document = new VaultDocument1("vault/1", 2, [.. entries], []);
        _old = VaultFormat1.Encode(document with { Mac = HMACSHA256.HashData(keys.Header, VaultFormat1.Encode(document)) });
        File.WriteAllBytes(_options.File, _old);
        VaultCounter.Write(_options.CounterFile, 2, keys.Counter);
    }

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task It_opens_with_all_its_versions()
    {
        using var vault = LocalVault.Open(_options);

        Assert.Equal(Secret, await vault.GetAsync("pepper", CancellationToken.None));
        Assert.Equal("old"u8.ToArray(), await vault.GetVersionAsync("pepper", "1", CancellationToken.None));
        Assert.Equal(["1", "2"], (await vault.VersionsAsync("pepper", CancellationToken.None)).Select(version => version.Id));
    }

    [Fact]
    public async Task It_opens_again_after_it_was_written_anew()
    {
        using (var vault = LocalVault.Open(_options))
        {
            await vault.SetAsync("pepper", "new"u8.ToArray(), CancellationToken.None);
        }

        using var again = LocalVault.Open(_options);
        Assert.Equal(Secret, await again.GetVersionAsync("pepper", "2", CancellationToken.None));
        Assert.DoesNotContain("vault/1", File.ReadAllText(_options.File), StringComparison.Ordinal);
    }

    [Fact]
    public void The_old_file_put_back_is_refused()
    {
        LocalVault.Open(_options).Dispose();
        File.WriteAllBytes(_options.File, _old);

        Assert.Throws<VaultTamperedException>(() => LocalVault.Open(_options));
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_it_is_refused()
    {
        var refusals = Enumerable.Range(0, _old.Length).Select(i =>
        {
            var changed = _old.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(_options.File, changed);
            return Record.Exception(() => LocalVault.Open(_options));
        });

        Assert.All(refusals, refusal => Assert.IsType<VaultTamperedException>(refusal));
    }

    [Fact]
    public void The_key_of_another_vault_does_not_open_it()
    {
        File.WriteAllBytes(_options.KeyFile, new byte[32]);

        Assert.Throws<VaultTamperedException>(() => LocalVault.Open(_options));
    }
}

using System.Globalization;
using System.Text;
using Platform.Grains.Secrets;
using Platform.Silo.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Secrets;

public sealed class LocalVaultTests : IDisposable
{
    private static readonly byte[] Secret = "correct horse battery staple"u8.ToArray();

    private readonly TemporaryDirectory _temporary = new();
    private readonly LocalVaultOptions _options;

    public LocalVaultTests()
    {
        Directory.CreateDirectory(_temporary.Path);
        _options = new LocalVaultOptions { File = _temporary["vault.json"], KeyFile = _temporary["vault.key"], CounterFile = _temporary["vault.counter"] };
    }

    public void Dispose() => _temporary.Dispose();

    [Fact, Trait("Control", "AU-5")]
    public async Task A_secret_is_there_after_a_restart()
    {
        await SetAsync("pepper", Secret);

        Assert.Equal(Secret, await GetAsync("pepper"));
    }

    [Fact]
    public async Task A_secret_that_was_never_set_is_null()
    {
        await SetAsync("pepper", Secret);

        Assert.Null(await GetAsync("peppe"));
    }

    [Fact]
    public async Task The_newest_version_is_the_secret()
    {
        await SetAsync("pepper", "old"u8.ToArray());
        await SetAsync("pepper", Secret);

        Assert.Equal(Secret, await GetAsync("pepper"));
    }

    [Fact]
    public async Task Five_versions_are_kept()
    {
        using var vault = LocalVault.Open(_options);
        for (byte i = 1; i <= 7; i++)
        {
            await vault.SetAsync("pepper", new[] { i }, CancellationToken.None);
        }

        var kept = new List<byte?>();
        for (var version = 1; version <= 7; version++)
        {
            kept.Add((await vault.GetVersionAsync("pepper", version.ToString(CultureInfo.InvariantCulture), CancellationToken.None))?[0]);
        }

        Assert.Equal([null, null, 3, 4, 5, 6, 7], kept);
    }

    [Fact]
    public async Task Writers_at_once_lose_nothing()
    {
        using (var vault = LocalVault.Open(_options))
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => vault.SetAsync($"s-{i}", BitConverter.GetBytes(i), CancellationToken.None).AsTask()));
        }

        using var again = LocalVault.Open(_options);
        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => again.GetAsync($"s-{i}", CancellationToken.None).AsTask()));

        Assert.Equal(Enumerable.Range(0, 50), found.Select(bytes => BitConverter.ToInt32(bytes!)));
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task No_file_holds_the_plain_text()
    {
        await SetAsync("pepper", Secret);

        var content = Directory.GetFiles(_temporary.Path).Select(File.ReadAllBytes).ToArray();

        Assert.All(content, bytes => Assert.False(Holds(bytes, Secret) || Holds(bytes, Encoding.ASCII.GetBytes(Convert.ToBase64String(Secret)))));
    }

    [Fact, Trait("Control", "CF-3")]
    public async Task All_files_are_private()
    {
        await SetAsync("pepper", Secret);

        Assert.All(Directory.GetFiles(_temporary.Path), file => Assert.Equal(PrivateFiles.OwnerFile, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_in_the_vault_is_refused()
    {
        await SetAsync("pepper", Secret);

        AssertEveryFlipIsRefused(_options.File);
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_in_the_counter_is_refused()
    {
        await SetAsync("pepper", Secret);

        AssertEveryFlipIsRefused(_options.CounterFile);
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_in_the_key_is_refused()
    {
        await SetAsync("pepper", Secret);

        AssertEveryFlipIsRefused(_options.KeyFile);
    }

    [Fact]
    public async Task A_file_cut_anywhere_is_refused()
    {
        await SetAsync("pepper", Secret);
        var whole = File.ReadAllBytes(_options.File);

        var refusals = Enumerable.Range(0, whole.Length).Select(length =>
        {
            File.WriteAllBytes(_options.File, whole[..length]);
            return Record.Exception(() => LocalVault.Open(_options));
        });

        Assert.All(refusals, refusal => Assert.IsType<VaultTamperedException>(refusal));
    }

    [Fact]
    public async Task A_byte_appended_is_refused()
    {
        await SetAsync("pepper", Secret);
        File.AppendAllText(_options.File, "\n");

        Assert.Throws<VaultTamperedException>(() => LocalVault.Open(_options));
    }

    [Fact]
    public async Task An_entry_removed_is_refused()
    {
        await SetAsync("one", Secret);
        await SetAsync("two", Secret);

        Rewrite(document => document with { Entries = [document.Entries[1]] });

        Assert.Throws<VaultTamperedException>(() => LocalVault.Open(_options));
    }

    [Fact]
    public async Task Entries_in_another_order_are_refused()
    {
        await SetAsync("one", Secret);
        await SetAsync("two", Secret);

        Rewrite(document => document with { Entries = [document.Entries[1], document.Entries[0]] });

        Assert.Throws<VaultTamperedException>(() => LocalVault.Open(_options));
    }

    [Fact]
    public async Task An_old_file_put_back_is_refused()
    {
        await SetAsync("pepper", "old"u8.ToArray());
        var old = File.ReadAllBytes(_options.File);
        await SetAsync("pepper", Secret);
        File.WriteAllBytes(_options.File, old);

        Assert.Throws<VaultTamperedException>(() => LocalVault.Open(_options));
    }

    [Fact]
    public async Task A_crash_between_file_and_counter_is_no_tampering()
    {
        await SetAsync("pepper", "old"u8.ToArray());
        var counter = File.ReadAllBytes(_options.CounterFile);
        await SetAsync("pepper", Secret);
        File.WriteAllBytes(_options.CounterFile, counter);

        Assert.Equal(Secret, await GetAsync("pepper"));
    }

    [Fact]
    public async Task The_key_of_another_vault_is_refused()
    {
        await SetAsync("pepper", Secret);
        File.WriteAllBytes(_options.KeyFile, new byte[32]);

        Assert.Throws<VaultTamperedException>(() => LocalVault.Open(_options));
    }

    [Theory]
    [InlineData("vault.json")]
    [InlineData("vault.key")]
    [InlineData("vault.counter")]
    public async Task A_missing_file_is_refused_and_not_made_anew(string name)
    {
        await SetAsync("pepper", Secret);
        File.Delete(_temporary[name]);

        Assert.Throws<VaultTamperedException>(() => LocalVault.Open(_options));
    }

    [Fact]
    public void A_first_start_that_crashed_half_way_can_be_repeated()
    {
        LocalVault.Open(_options).Dispose();
        File.Delete(_options.File);

        using var vault = LocalVault.Open(_options);

        Assert.True(File.Exists(_options.File));
    }

    [Theory, Trait("Control", "CF-3")]
    [InlineData("vault.key", UnixFileMode.GroupRead)]
    [InlineData("vault.key", UnixFileMode.OtherRead)]
    [InlineData("vault.key", UnixFileMode.OtherWrite)]
    [InlineData("vault.key", UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    [InlineData("vault.json", UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    [InlineData("vault.json", UnixFileMode.OtherWrite)]
    [InlineData("vault.counter", UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    public async Task A_file_open_to_others_is_refused_with_the_cure(string name, UnixFileMode loose)
    {
        await SetAsync("pepper", Secret);
        File.SetUnixFileMode(_temporary[name], PrivateFiles.OwnerFile | loose);

        var refused = Assert.Throws<DataDirectoryException>(() => LocalVault.Open(_options));

        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "CF-3")]
    [InlineData("vault.key")]
    [InlineData("vault.json")]
    [InlineData("vault.counter")]
    public async Task A_file_of_another_user_is_refused(string name)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can give a file away.");
        await SetAsync("pepper", Secret);
        using var chown = System.Diagnostics.Process.Start("chown", ["65534", _temporary[name]]);
        await chown.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Throws<DataDirectoryException>(() => LocalVault.Open(_options));
    }

    [Fact, Trait("Control", "CF-3")]
    public void A_certificates_key_open_to_others_is_refused()
    {
        var pem = _temporary["identity.pem"];
        File.WriteAllText(pem, "-----BEGIN PRIVATE KEY-----");
        File.SetUnixFileMode(pem, PrivateFiles.OwnerFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Assert.Throws<DataDirectoryException>(() => PrivateFileBytes.ReadText(pem));

        File.SetUnixFileMode(pem, PrivateFiles.OwnerFile);

        Assert.Equal("-----BEGIN PRIVATE KEY-----", PrivateFileBytes.ReadText(pem));
    }

    [Fact, Trait("Control", "ER-1")]
    public async Task A_refusal_does_not_quote_the_file()
    {
        await SetAsync("pepper", Secret);
        File.WriteAllText(_options.File, "{\"format\":\"vault/1\",\"counter\":canary}");

        var refusal = Assert.Throws<VaultTamperedException>(() => LocalVault.Open(_options));

        Assert.DoesNotContain("canary", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a|b")]
    [InlineData("../x")]
    public async Task A_name_that_Key_Vault_would_refuse_is_refused(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(() => SetAsync(name, Secret));

    private async Task SetAsync(string name, byte[] value)
    {
        using var vault = LocalVault.Open(_options);
        await vault.SetAsync(name, value, CancellationToken.None);
    }

    private async Task<byte[]?> GetAsync(string name)
    {
        using var vault = LocalVault.Open(_options);
        return await vault.GetAsync(name, CancellationToken.None);
    }

    private void AssertEveryFlipIsRefused(string path)
    {
        var whole = File.ReadAllBytes(path);
        var refusals = Enumerable.Range(0, whole.Length).Select(i =>
        {
            var changed = whole.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, changed);
            return Record.Exception(() => LocalVault.Open(_options));
        });

        Assert.All(refusals, refusal => Assert.IsType<VaultTamperedException>(refusal));
    }

    /// <summary>What an attacker without the key can do: change the document and keep the MAC.</summary>
    private void Rewrite(Func<VaultDocument, VaultDocument> change)
    {
        var document = System.Text.Json.JsonSerializer.Deserialize(File.ReadAllBytes(_options.File), VaultJson.Default.VaultDocument)!;
        File.WriteAllBytes(_options.File, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(change(document), VaultJson.Default.VaultDocument));
    }

    private static bool Holds(byte[] bytes, byte[] part) => bytes.AsSpan().IndexOf(part) >= 0;
}

using Platform.Grains.Secrets;
using Platform.Silo.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Secrets;

/// <summary>The contract, and what processes that share the vault ask of it: each vault here is one of them.</summary>
public sealed class SharedLocalVaultTests : SecretStoreContract
{
    private readonly TemporaryDirectory _temporary = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _temporary.Dispose();
    }

    protected override ValueTask<ISecretStore> OpenAsync() => ValueTask.FromResult<ISecretStore>(Open());

    [Fact]
    public async Task What_one_process_sets_another_reads_at_once()
    {
        using var one = Open();
        using var other = Open();
        await one.SetAsync("shared", "first"u8.ToArray(), CancellationToken.None);
        _ = await other.GetAsync("shared", CancellationToken.None);
        await one.SetAsync("shared", "second"u8.ToArray(), CancellationToken.None);

        Assert.Equal("second"u8.ToArray(), await other.GetAsync("shared", CancellationToken.None));
    }

    [Fact]
    public async Task Changes_of_several_processes_at_once_are_all_there()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => Open()).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => processes[i % 4].SetAsync($"secret-{i}", new byte[] { (byte)i }, CancellationToken.None).AsTask()));

        using var fresh = Open();
        var there = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => fresh.GetAsync($"secret-{i}", CancellationToken.None).AsTask()));
        Assert.All(there, Assert.NotNull);
        Assert.All(processes, process => process.Dispose());
    }

    [Fact]
    public async Task Processes_that_start_at_once_make_one_secret()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => Open()).ToArray();

        var made = await Task.WhenAll(processes.Select(process => process.GetOrMakeAsync("pepper", CancellationToken.None).AsTask()));

        Assert.Single(made.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal));
        Assert.All(processes, process => process.Dispose());
    }

    [Fact]
    public async Task A_vault_that_was_tampered_with_gives_nothing()
    {
        using var vault = Open();
        await vault.SetAsync("shared", "first"u8.ToArray(), CancellationToken.None);
        await File.WriteAllTextAsync(_temporary["vault.counter"], "x");

        var fault = await Assert.ThrowsAsync<SecretStoreException>(() => vault.GetAsync("shared", CancellationToken.None).AsTask());

        Assert.Equal(SecretFault.Unreadable, fault.Fault);
        File.Delete(_temporary["vault.json"]);
        File.Delete(_temporary["vault.counter"]);
    }

    private SharedLocalVault Open()
    {
        PrivateFiles.RequireDirectory(_temporary.Path);
        return new SharedLocalVault(LocalVaultOptions.In(_temporary.Path), _temporary["vault.lock"], Clock);
    }
}

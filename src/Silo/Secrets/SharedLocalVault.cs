using System.Diagnostics;
using Platform.Grains.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>
/// The local vault for several processes of one machine: each question opens it anew under a lock of the file system, so that every process sees the last change and no two make one.
/// For development and small clusters; Key Vault is what silos on several machines share.
/// </summary>
internal sealed class SharedLocalVault(LocalVaultOptions options, string lockFile, TimeProvider clock) : ISecretStore, IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _oneHere = new(1, 1);

    public TimeSpan Granularity => TimeSpan.Zero;

    public ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel) => AskAsync(vault => vault.GetAsync(name, cancel), cancel);

    public ValueTask<byte[]?> GetVersionAsync(string name, string version, CancellationToken cancel) => AskAsync(vault => vault.GetVersionAsync(name, version, cancel), cancel);

    public ValueTask<string> SetAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancel) =>
        AskAsync(vault => vault.SetAsync(name, value, expires, cancel), cancel);

    public ValueTask<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancel) => AskAsync(vault => vault.VersionsAsync(name, cancel), cancel);

    public ValueTask<bool> DisableAsync(string name, string version, CancellationToken cancel) => AskAsync(vault => vault.DisableAsync(name, version, cancel), cancel);

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancel) => AskAsync(vault => vault.DeleteAsync(name, cancel), cancel);

    public void Dispose() => _oneHere.Dispose();

    private async ValueTask<T> AskAsync<T>(Func<LocalVault, ValueTask<T>> ask, CancellationToken cancel)
    {
        await _oneHere.WaitAsync(cancel);
        try
        {
            await using var turn = await LockAsync(cancel);
            using var vault = LocalVault.Open(options, clock);
            return await ask(vault);
        }
        catch (Exception fault) when (fault is VaultTamperedException or DataDirectoryException)
        {
            throw new SecretStoreException(SecretFault.Unreadable, fault.Message, fault);
        }
        finally
        {
            _oneHere.Release();
        }
    }

    private async Task<FileStream> LockAsync(CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                // In a directory that only its owner may enter.
                return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Again, cancel);
            }
            catch (IOException fault)
            {
                throw new SecretStoreException(SecretFault.Unavailable, $"The vault's lock {lockFile} could not be taken; look which process holds it.", fault);
            }
        }
    }
}

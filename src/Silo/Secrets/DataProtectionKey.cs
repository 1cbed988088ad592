using Platform.Grains.Secrets;

namespace Platform.Silo.Secrets;

/// <summary>
/// The vault's key for the Data Protection key ring. Data Protection asks synchronously, so it is fetched (or made) before the host
/// starts anything else. It is never rotated: the ring behind it is.
/// </summary>
internal sealed class DataProtectionKey(ISecretStore secrets) : IHostedLifecycleService
{
    public const string SecretName = "data-protection";

    private const int KeySize = 32;

    private byte[]? _bytes;

    public ReadOnlySpan<byte> Bytes => _bytes ?? throw new InvalidOperationException("Data Protection was used before the host was started.");

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var bytes = await secrets.GetOrMakeAsync(SecretName, cancellationToken);
        _bytes = bytes is { Length: KeySize }
            ? bytes
            : throw new SecretStoreException(SecretFault.Unreadable, $"The secret '{SecretName}' is not a key of {KeySize} bytes; restore the vault from a backup.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

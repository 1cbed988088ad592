using Platform.Grains.Secrets;
using Platform.Silo.Secrets;

namespace Platform.Silo.Tests.Secrets;

public sealed class LocalVaultContractTests : SecretStoreContract
{
    private readonly TemporaryDirectory _temporary = new();
    private LocalVault? _vault;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _vault?.Dispose();
        _temporary.Dispose();
    }

    protected override ValueTask<ISecretStore> OpenAsync()
    {
        Directory.CreateDirectory(_temporary.Path);
        _vault = LocalVault.Open(new LocalVaultOptions { File = _temporary["vault.json"], KeyFile = _temporary["vault.key"], CounterFile = _temporary["vault.counter"] }, Clock);
        return ValueTask.FromResult<ISecretStore>(_vault);
    }
}

using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Silo.Audit;
using Platform.Silo.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

public sealed class StorageRegistrationTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory, Trait("Control", "CF-2")]
    [InlineData("grains.db")]
    [InlineData("audit.db")]
    public async Task A_corrupt_file_ends_the_start_with_its_name(string name)
    {
        var directory = _temporary.Open();
        File.WriteAllText(_temporary[name], new string('x', 8192));
        using var host = HostOn(directory);

        var refusal = await Assert.ThrowsAsync<DataDirectoryException>(() => host.StartAsync());

        Assert.Contains($"{_temporary[name]} is corrupt", refusal.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "CF-2")]
    public async Task A_tampered_vault_ends_the_start()
    {
        var directory = _temporary.Open();
        File.WriteAllText(_temporary["vault.counter"], "x");
        using var host = HostOn(directory);

        await Assert.ThrowsAsync<VaultTamperedException>(() => host.StartAsync());
    }

    [Fact]
    public async Task A_host_that_stopped_leaves_the_directory_free_and_no_journal()
    {
        var host = HostOn(_temporary.Open());
        await host.StartAsync();
        await host.StopAsync();
        host.Dispose();

        _temporary.Open().Dispose();

        Assert.Empty(Directory.GetFiles(_temporary.Path, "*-wal"));
    }

    private static IHost HostOn(DataDirectory directory)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddDataDirectory(directory);
        builder.Services.AddSqliteGrainStorage(new JsonSerializerOptions());
        builder.Services.AddSqliteAuditLog();
        builder.Services.AddLocalVault();
        return builder.Build();
    }
}

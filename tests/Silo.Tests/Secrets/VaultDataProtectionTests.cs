using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Silo.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Secrets;

public sealed class VaultDataProtectionTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact, Trait("Control", "AU-11")]
    public async Task What_was_protected_opens_after_a_restart()
    {
        var text = await WithProtectorAsync(protector => protector.Protect("cookie"));

        Assert.Equal("cookie", await WithProtectorAsync(protector => protector.Unprotect(text)));
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task The_key_files_hold_no_readable_key()
    {
        await WithProtectorAsync(protector => protector.Protect("cookie"));

        var file = XDocument.Load(Assert.Single(Directory.GetFiles(_temporary["keys"])));

        Assert.Empty(file.Descendants("masterKey"));
    }

    [Fact]
    public async Task The_key_file_of_another_vault_does_not_open_what_was_protected()
    {
        var text = await WithProtectorAsync(protector => protector.Protect("cookie"));
        foreach (var file in Directory.GetFiles(_temporary.Path, "vault.*"))
        {
            File.Delete(file);
        }

        await Assert.ThrowsAnyAsync<System.Security.Cryptography.CryptographicException>(() => WithProtectorAsync(protector => protector.Unprotect(text)));
    }

    private async Task<string> WithProtectorAsync(Func<IDataProtector, string> use)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddDataDirectory(_temporary.Open());
        builder.Services.AddLocalVault();
        builder.Services.AddVaultDataProtection();
        using var host = builder.Build();
        await host.StartAsync();
        try
        {
            return use(host.Services.GetDataProtector("test"));
        }
        finally
        {
            await host.StopAsync();
        }
    }
}

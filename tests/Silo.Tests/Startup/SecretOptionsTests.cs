using Microsoft.Extensions.Configuration;
using Platform.Hosting;
using Platform.Hosting.Startup;

namespace Platform.Silo.Tests.Startup;

/// <summary>The section <c>Platform:Secrets</c> is checked before a vault is asked.</summary>
public sealed class SecretOptionsTests
{
    private const string Vault = "https://mine.vault.azure.net";
    private const string Id = "0c5a8d1e-1d2b-4a4e-8f57-93a1b7a1f0aa";

    public static TheoryData<string, string> Wrong => new()
    {
        { "Store", "Vault" },
        { "VaultUri", "" },
        { "VaultUri", "http://mine.vault.azure.net" },
        { "VaultUri", "https://user:secret@mine.vault.azure.net" },
        { "VaultUri", "https://mine.vault.azure.net/secrets" },
        { "VaultUri", "https://mine.vault.azure.net?x=1" },
        { "VaultUri", "mine.vault.azure.net" },
        { "Prefix", "" },
        { "Prefix", "Upper" },
        { "Prefix", "with-hyphen" },
        { "Prefix", "abcdefghijklmnopqrstu" },
        { "Identity", "ClientSecret" },
        { "Identity", "ClientCertificate" },
        { "TenantId", "contoso" },
        { "ClientId", "me" },
        { "CertificateFile", "identity.pem" },
        { "TokenFile", "token" },
        { "Authority", "http://login.example" },
        { "Timeout", "00:00:00" },
        { "Timeout", "00:02:00" },
        { "CacheLife", "02:00:00" },
    };

    [Theory, MemberData(nameof(Wrong)), Trait("Control", "CF-2")]
    public void A_value_that_does_not_fit_stops_the_start_by_its_key(string key, string value)
    {
        var refused = Assert.Throws<StartupException>(() => Read(("Store", "KeyVault"), ("VaultUri", Vault), (key, value)));

        Assert.Contains("Platform:Secrets:", refused.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "CF-2")]
    [InlineData("ManagedIdentity", "", "", "")]
    [InlineData("ManagedIdentity", "", Id, "")]
    [InlineData("WorkloadIdentity", Id, Id, "")]
    [InlineData("ClientCertificate", Id, Id, "identity.pem")]
    [InlineData("Default", "", "", "")]
    public void An_identity_with_what_it_needs_passes(string identity, string tenant, string client, string certificate) =>
        Read(("Store", "KeyVault"), ("VaultUri", Vault), ("Identity", identity), ("TenantId", tenant), ("ClientId", client), ("CertificateFile", certificate));

    [Fact, Trait("Control", "CF-4")]
    public void By_default_secrets_are_local_and_whatever_the_machine_offers_is_not_tried()
    {
        var options = Read().Secrets;

        Assert.Equal(("Local", "ManagedIdentity"), (options.Store, options.Identity));
    }

    [Fact, Trait("Control", "CF-2")]
    public void A_vault_that_is_not_used_is_a_mistake() => Assert.Throws<StartupException>(() => Read(("VaultUri", Vault)));

    private static PlatformOptions Read(params (string Key, string Value)[] settings) => ValidatedOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Platform:Secrets:{setting.Key}", (string?)setting.Value)).GroupBy(pair => pair.Key).Select(group => group.Last())).Build(),
        PlatformOptions.Section,
        new PlatformOptionsValidator());
}

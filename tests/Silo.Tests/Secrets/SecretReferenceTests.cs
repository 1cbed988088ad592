using Microsoft.Extensions.Configuration;
using Platform.Grains.Secrets;
using Platform.Hosting;
using Platform.Hosting.Startup;
using Platform.Silo.Secrets;

namespace Platform.Silo.Tests.Secrets;

/// <summary><c>secret:name</c> in the configuration.</summary>
[Trait("Control", "CF-3")]
public sealed class SecretReferenceTests : IDisposable
{
    private const string Headers = "Platform:Telemetry:OtlpHeaders";
    private const string Canary = "api-key=canary-of-otlp";

    private readonly TemporaryDirectory _temporary = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task A_reference_becomes_the_newest_version()
    {
        await GivenAsync("otlp", "old", Canary);

        Assert.Equal(Canary, (await ReadAsync((Headers, "secret:otlp"))).Telemetry.OtlpHeaders.Reveal());
    }

    [Fact]
    public async Task A_reference_with_a_version_becomes_that_version()
    {
        await GivenAsync("otlp", Canary, "new");

        Assert.Equal(Canary, (await ReadAsync((Headers, "secret:otlp/1"))).Telemetry.OtlpHeaders.Reveal());
    }

    [Fact]
    public async Task Any_setting_of_the_platform_can_be_a_reference_and_is_checked_as_if_it_were_written_there()
    {
        await GivenAsync("port", "99999");

        var refused = await Assert.ThrowsAsync<StartupException>(() => ReadAsync(("Platform:Orleans:SiloPort", "secret:port")));

        Assert.Contains("Platform:Orleans:SiloPort", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Which_settings_refer_to_which_secrets_is_known_without_a_vault() => Assert.Equal(
        [("Platform:Domain", "domain"), (Headers, "otlp")],
        SecretReferences.Names(Configuration((Headers, "secret:otlp/1"), ("Platform:Domain", "secret:domain"), ("Platform:Environment", "SECRET:Not one"), ("SOME_VARIABLE", "secret:other"))).Order());

    [Fact]
    public async Task Settings_beside_the_platforms_own_are_left_as_they_are()
    {
        var configuration = Configuration(("SOME_VARIABLE", "secret:otlp"));

        Assert.Null(await SecretReferences.ResolveAsync(configuration, Cancel));
        Assert.Equal("secret:otlp", configuration["SOME_VARIABLE"]);
    }

    [Theory]
    [InlineData("secret:absent-canary")]
    [InlineData("secret:otlp/77")]
    [InlineData("secret:Hunter2-canary!")]
    [InlineData("SECRET:otlp")]
    [InlineData("secret:%")]
    [InlineData("secret:otlp/")]
    [InlineData("secret:otlp/../x")]
    [InlineData("secret:disabled")]
    public async Task What_leads_to_no_secret_stops_the_start_by_the_settings_name_and_not_its_value(string value)
    {
        await GivenAsync("otlp", Canary);
        await GivenAsync("disabled", Canary);
        using (var vault = SiloVault.Open(VaultSettings.Read(Configuration())))
        {
            await vault.Secrets.DisableAsync("disabled", "1", Cancel);
        }

        var refused = await Assert.ThrowsAsync<StartupException>(() => ReadAsync((Headers, value)));

        Assert.Contains(Headers, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_are_told_at_once()
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => ReadAsync((Headers, "secret:one"), ("Platform:Domain", "secret:two")));

        Assert.Contains(Headers, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Platform:Domain", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Platform:DataDirectory")]
    [InlineData("Platform:Environment")]
    [InlineData("Platform:Secrets:Prefix")]
    public async Task What_is_needed_to_reach_the_vault_cannot_be_in_it(string key)
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => ReadAsync((key, "secret:otlp")));

        Assert.Contains($"{key} cannot be a reference", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Api")]
    [InlineData("Admin")]
    [InlineData("Api,Admin")]
    public async Task A_process_without_the_silo_role_refuses_references_and_opens_no_vault(string roles)
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => ReadAsync(("Platform:Roles", roles), (Headers, "secret:otlp")));

        Assert.Contains($"{Headers} refers to a secret, and only the silo role reads the vault", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temporary.Path));
    }

    [Fact]
    public async Task A_console_without_a_silo_refuses_references_among_its_own_settings()
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => ReadAsync(("Platform:Roles", "Admin"), ("Platform:Admin:ManagementUrl", "secret:url")));

        Assert.Contains("Platform:Admin:ManagementUrl refers to a secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_in_clear_is_refused_without_quoting_it()
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => ReadAsync((Headers, Canary)));

        Assert.Contains($"{Headers} is a secret in clear", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_looks_like_a_reference_is_not_followed()
    {
        await GivenAsync("otlp", "secret:other");

        Assert.Equal("secret:other", (await ReadAsync((Headers, "secret:otlp"))).Telemetry.OtlpHeaders.Reveal());
    }

    [Fact]
    public async Task A_secret_of_bytes_that_are_no_text_is_refused()
    {
        using (var vault = SiloVault.Open(VaultSettings.Read(Configuration())))
        {
            await vault.Secrets.SetAsync("otlp", new byte[] { 0xFF, 0xFE }, Cancel);
        }

        await Assert.ThrowsAsync<StartupException>(() => ReadAsync((Headers, "secret:otlp")));
    }

    private async Task GivenAsync(string name, params string[] versions)
    {
        using var vault = SiloVault.Open(VaultSettings.Read(Configuration()));
        foreach (var value in versions)
        {
            await vault.Secrets.SetAsync(name, System.Text.Encoding.UTF8.GetBytes(value), Cancel);
        }
    }

    /// <summary>As the host does it: references first, then all options.</summary>
    private async Task<PlatformOptions> ReadAsync(params (string Key, string Value)[] settings)
    {
        var configuration = Configuration(settings);
        using var vault = await SecretReferences.ResolveAsync(configuration, Cancel);
        return ValidatedOptions.Read(configuration, PlatformOptions.Section, new PlatformOptionsValidator());
    }

    private ConfigurationManager Configuration(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([KeyValuePair.Create("Platform:DataDirectory", (string?)_temporary.Path)]);
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        return configuration;
    }
}

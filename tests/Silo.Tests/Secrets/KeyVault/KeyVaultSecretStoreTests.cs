using Platform.Grains.Secrets;
using Platform.Silo.Secrets.KeyVault;

namespace Platform.Silo.Tests.Secrets.KeyVault;

/// <summary>What Key Vault has beyond the contract.</summary>
[Trait("Control", "AU-5")]
public sealed class KeyVaultSecretStoreTests : IAsyncLifetime
{
    private KeyVaultDouble _vault = null!;
    private KeyVaultHome _home = null!;
    private CachedSecretStore _secrets = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _vault = await KeyVaultDouble.StartAsync();
        _home = new KeyVaultHome(_vault);
        _secrets = _home.Store();
    }

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task A_challenge_sends_the_workload_to_the_authority_and_back_with_a_token()
    {
        await _secrets.GetAsync("pepper", Cancel);

        Assert.Equal("GET /secrets/mocopr-live-pepper 401", _vault.Asked[0]);
        Assert.Contains($"POST /{KeyVaultDouble.TenantId}/oauth2/v2.0/token 200", _vault.Asked);
        Assert.Equal("GET /secrets/mocopr-live-pepper 404", _vault.Asked[^1]);
        Assert.Equal("federated-assertion", _vault.Assertion);
    }

    [Fact]
    public async Task A_challenge_that_names_a_strangers_resource_gets_no_token()
    {
        // A host of its own: the SDK remembers challenges by host, for the whole process.
        _vault.ChallengeResource = "https://vault.stranger.example";
        var options = _home.Options;
        options.VaultUri = "https://other.vault.example";

        Assert.Equal(SecretFault.Forbidden, await FaultAsync(_home.Store(options)));
        Assert.Null(_vault.Assertion);
    }

    [Fact]
    public async Task A_challenge_that_names_the_vaults_own_domain_is_answered()
    {
        _vault.ChallengeResource = "https://vault.example";
        var options = _home.Options;
        options.VaultUri = "https://mine.vault.example";

        Assert.Null(await _home.Store(options).GetAsync("pepper", Cancel));
    }

    [Fact]
    public async Task An_identity_that_the_authority_does_not_know_is_forbidden()
    {
        var options = _home.Options;
        options.ClientId = "00000000-0000-4000-8000-000000000001";

        Assert.Equal(SecretFault.Forbidden, await FaultAsync(_home.Store(options)));
    }

    [Fact, Trait("Control", "CF-5")]
    public async Task A_test_platform_finds_nothing_of_a_live_one_in_the_same_vault()
    {
        await _secrets.SetAsync("pepper", "live"u8.ToArray(), Cancel);

        Assert.Null(await new KeyVaultHome(_vault) { Environment = "test" }.Store().GetAsync("pepper", Cancel));
        Assert.Equal(["mocopr-live-pepper"], _vault.Values.Keys);
    }

    [Fact]
    public async Task The_vault_holds_Base64()
    {
        await _secrets.SetAsync("pepper", new byte[] { 0, 255 }, Cancel);

        Assert.Equal("AP8=", Assert.Single(_vault.Values["mocopr-live-pepper"]));
    }

    [Fact]
    public async Task What_a_person_typed_into_the_portal_is_text()
    {
        _vault.Put("mocopr-live-otlp", "api-key=AP8=");

        Assert.Equal("api-key=AP8="u8.ToArray(), await _secrets.GetAsync("otlp", Cancel));
    }

    [Fact]
    public async Task Base64_that_is_none_is_unreadable()
    {
        _vault.Put("mocopr-live-pepper", "not base64!", "application/octet-stream; encoding=base64");

        Assert.Equal(SecretFault.Unreadable, await FaultAsync(_secrets));
    }

    [Fact]
    public async Task A_version_that_is_not_valid_yet_is_refused()
    {
        _vault.Put("mocopr-live-pepper", "later", notBefore: TimeProvider.System.GetUtcNow().AddHours(1));

        Assert.Equal(SecretFault.Disabled, await FaultAsync(_secrets));
    }

    [Fact]
    public async Task Versions_of_one_second_made_by_another_tool_are_always_in_one_order()
    {
        var second = TimeProvider.System.GetUtcNow();
        string[] ids = ["cc000000000000000000000000000000", "aa000000000000000000000000000000", "bb000000000000000000000000000000"];
        foreach (var id in ids)
        {
            _vault.Put("mocopr-live-pepper", id, created: second, id: id);
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), (await _secrets.VersionsAsync("pepper", Cancel)).Select(version => version.Id));
    }

    [Fact]
    public async Task A_404_of_something_that_is_no_vault_is_an_outage_and_nothing_is_made()
    {
        _vault.Always = KeyVaultDouble.Error(404, "NotFound");

        var refused = await Assert.ThrowsAsync<SecretStoreException>(async () => await _secrets.GetOrMakeAsync("pepper", Cancel));

        Assert.Equal(SecretFault.Unavailable, refused.Fault);
        Assert.Empty(_vault.Values);
    }

    [Theory]
    [InlineData(403, "Forbidden", "ForbiddenByRbac", SecretFault.Forbidden)]
    [InlineData(403, "Forbidden", "ForbiddenByFirewall", SecretFault.Forbidden)]
    [InlineData(403, "Forbidden", "SecretDisabled", SecretFault.Disabled)]
    [InlineData(401, "Unauthorized", null, SecretFault.Forbidden)]
    [InlineData(400, "BadParameter", null, SecretFault.Unreadable)]
    [InlineData(409, "Conflict", null, SecretFault.Conflict)]
    [InlineData(418, "Strange", null, SecretFault.Unavailable)]
    public async Task An_error_of_the_vault_is_told_by_what_to_do_about_it(int status, string code, string? inner, SecretFault fault)
    {
        _vault.Always = KeyVaultDouble.Error(status, code, inner);

        var refused = await Assert.ThrowsAsync<SecretStoreException>(async () => await _secrets.GetAsync("pepper", Cancel));

        Assert.Equal(fault, refused.Fault);
        Assert.DoesNotContain("said by the vault", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_name_is_taken()
    {
        await _secrets.SetAsync("pepper", "old"u8.ToArray(), Cancel);
        await _secrets.DeleteAsync("pepper", Cancel);

        var refused = await Assert.ThrowsAsync<SecretStoreException>(async () => await _secrets.SetAsync("pepper", "new"u8.ToArray(), Cancel));

        Assert.Equal(SecretFault.Conflict, refused.Fault);
    }

    private static async Task<SecretFault> FaultAsync(CachedSecretStore secrets) =>
        (await Assert.ThrowsAsync<SecretStoreException>(async () => await secrets.GetAsync("pepper", Cancel))).Fault;
}

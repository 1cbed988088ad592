using Platform.Abstractions.Audit;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Secrets;

/// <summary>Everything that the owners of secrets have put into the vault is on the list, and nothing of another tenant.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AU-5")]
public sealed class SecretListGrainTests(SharedCluster shared) : IAsyncLifetime
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private TenantId _tenant;

    public async ValueTask InitializeAsync() => _tenant = await _cluster.GivenTenantAsync();

    public ValueTask DisposeAsync()
    {
        (_cluster.Secrets.IsAway, _cluster.Secrets.AwayFor) = (false, null);
        return ValueTask.CompletedTask;
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task All_that_the_vault_has_of_a_tenant_is_listed_and_nothing_else()
    {
        var key = await RotateAsync();
        var webhook = await WebhookAsync();
        var provider = await ProviderAsync();
        await RotateAsync(await _cluster.GivenTenantAsync());

        var listed = await ListAsync();

        Assert.Equal(_cluster.Secrets.Names.Where(name => name.Contains($"-{_tenant}", StringComparison.Ordinal)).Order(StringComparer.Ordinal), listed.Select(secret => secret.Name));
        Assert.Equal(
            [(SecretUse.IdentityProvider, provider), (SecretUse.SigningKey, key), (SecretUse.Webhook, webhook.Webhook.Id)],
            listed.Where(secret => secret.Use != SecretUse.AuditSalt).Select(secret => (secret.Use, Assert.Single(secret.UsedBy))));
        Assert.All(listed, secret => Assert.Equal((SecretState.Kept, 1), (secret.State, secret.VersionCount)));
    }

    [Fact]
    public async Task What_the_vault_could_not_delete_is_listed_until_it_has()
    {
        var webhook = await WebhookAsync();
        _cluster.Secrets.AwayFor = "webhook-";
        Assert.Null(await _cluster.For(_tenant).Get<IWebhookGrain>(webhook.Webhook.Id).DeleteAsync(webhook.Webhook.Version, CallerOf(_tenant)));
        _cluster.Secrets.AwayFor = null;

        Assert.Equal(SecretState.Leaving, Assert.Single(await ListAsync(), secret => secret.Use == SecretUse.Webhook).State);

        Assert.Null(await _cluster.For(_tenant).The<IWebhookIndexGrain>().DestroyAsync(CallerOf(_tenant)));
        Assert.DoesNotContain(await ListAsync(), secret => secret.Use == SecretUse.Webhook);
    }

    [Fact]
    public async Task A_key_that_somebody_took_out_of_the_vault_is_missing_and_one_that_was_replaced_in_an_emergency_is_not()
    {
        var lost = await RotateAsync();
        await _cluster.Secrets.DeleteAsync($"sig-{_tenant}-{lost}", CancellationToken.None);
        Assert.Equal(SecretState.Missing, Assert.Single(await ListAsync(), secret => secret.UsedBy.Contains(lost, StringComparer.Ordinal)).State);

        await _cluster.For(_tenant).The<IKeyRingGrain>().EmergencyRotateAsync(CallerOf(_tenant)).Value();

        Assert.DoesNotContain(await ListAsync(), secret => secret.UsedBy.Contains(lost, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pages_are_disjoint_and_complete()
    {
        await WebhookAsync();
        await WebhookAsync();
        await RotateAsync();
        var whole = (await ListAsync()).Select(secret => secret.Name);
        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var page = await List.PageAsync(after, 1).Value();
            seen.AddRange(page.Items.Select(secret => secret.Name));
            if ((after = page.Next) is null)
            {
                break;
            }
        }

        Assert.Equal(whole, seen);
    }

    [Fact]
    public async Task A_vault_that_is_away_is_told_and_nothing_is_made_up()
    {
        await RotateAsync();
        _cluster.Secrets.IsAway = true;

        Assert.Equal(ProblemCode.Unavailable, await List.PageAsync(null, 50).Refusal());
    }

    [Fact]
    public async Task The_platforms_own_are_listed_for_the_platform_and_missed_when_the_vault_lacks_them()
    {
        await _cluster.For(TenantId.Platform).Get<IAuditKeyRingGrain>("audit-keys").RotateAsync(CallerOf(TenantId.Platform)).Value();

        var listed = (await _cluster.For(TenantId.Platform).The<ISecretListGrain>().PageAsync(null, 200).Value()).Items;

        // The cluster of these tests has its pepper from elsewhere.
        Assert.Equal(["api-key-pepper", "login-factors", "mcp-sealing"], listed.Where(secret => secret is { Use: SecretUse.Platform, State: SecretState.Missing }).Select(secret => secret.Name));
        Assert.Single(listed, secret => secret is { Use: SecretUse.AuditKey, State: SecretState.Kept });
        Assert.DoesNotContain(await ListAsync(), secret => secret.Use is SecretUse.Platform or SecretUse.AuditKey);
    }

    private ISecretListGrain List => _cluster.For(_tenant).The<ISecretListGrain>();

    private async Task<SecretView[]> ListAsync() => (await List.PageAsync(null, 200).Value()).Items;

    private async Task<string> RotateAsync(TenantId? tenant = null) =>
        (await _cluster.For(tenant ?? _tenant).The<IKeyRingGrain>().RotateAsync(new RotateSigningKeys { Algorithm = SigningAlgorithm.Es256 }, CallerOf(tenant ?? _tenant)).Value()).Kid;

    private Task<WebhookSecret> WebhookAsync() =>
        _cluster.For(_tenant).The<IWebhookIndexGrain>().AddAsync(new PutWebhook { Url = "https://hooks.example/", EventTypes = ["alert.*"] }, CallerOf(_tenant)).Value();

    private async Task<string> ProviderAsync() => (await _cluster.For(_tenant).The<IIdentityProviderBookGrain>().AddAsync(
        new PutIdentityProvider
        {
            Issuer = "https://login.example",
            Audience = "api://platform",
            Rules = [new ClaimRule("groups", "staff", ["user"])],
            SignIn = new SignInClient { ClientId = "client", ClientSecret = "s3cret" },
        },
        CallerOf(_tenant)).Value()).Id;
}

using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.IdentityProviders;

/// <summary>The client secrets of providers, and a vault that can be away.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AU-9")]
public sealed class ProviderSecretTests(SharedCluster shared) : IDisposable
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IIdentityProviderBookGrain Book => _cluster.For(_tenant).The<IIdentityProviderBookGrain>();

    public void Dispose() => _cluster.Secrets.IsAway = false;

    [Fact]
    public async Task A_secret_that_the_vault_does_not_take_adds_no_provider()
    {
        _cluster.Secrets.IsAway = true;
        Assert.Equal(ProblemCode.Unavailable, await AddAsync().Refusal());
        _cluster.Secrets.IsAway = false;

        Assert.Empty(await Book.ListAsync());
        Assert.Equal("s3cret", (await Book.SecretAsync((await AddAsync().Value()).Id).Value()).Value);
    }

    [Fact]
    public async Task Trust_ends_while_the_vault_is_away_and_the_secret_goes_when_it_is_back()
    {
        var provider = await AddAsync().Value();
        _cluster.Secrets.IsAway = true;

        Assert.Null(await Book.RemoveAsync(provider.Id, null, CallerOf(_tenant)));

        Assert.Empty(await Book.ListAsync());
        Assert.Contains(_cluster.Secrets.Names, IsOurs);
        _cluster.Secrets.IsAway = false;
        await _cluster.DeactivateAsync(Book);
        Assert.Empty(await Book.ListAsync());
        Assert.DoesNotContain(_cluster.Secrets.Names, IsOurs);
    }

    [Fact]
    public async Task Who_cannot_write_deletes_nothing_as_another_may_have_written()
    {
        var provider = await AddAsync().Value();
        _cluster.Secrets.IsAway = true;
        Assert.Null(await Book.RemoveAsync(provider.Id, null, CallerOf(_tenant)));
        _cluster.Secrets.IsAway = false;
        _cluster.Storage.FailWrite("identity-provider-book", _tenant);

        await _cluster.DeactivateAsync(Book);
        Assert.Empty(await Book.ListAsync());
        Assert.Contains(_cluster.Secrets.Names, IsOurs);

        await _cluster.DeactivateAsync(Book);
        Assert.Empty(await Book.ListAsync());
        Assert.DoesNotContain(_cluster.Secrets.Names, IsOurs);
    }

    [Fact]
    public async Task A_secret_that_the_vault_does_not_take_changes_nothing_and_one_that_is_replaced_goes_when_it_can()
    {
        var provider = await AddAsync().Value();
        _cluster.Secrets.IsAway = true;
        Assert.Equal(ProblemCode.Unavailable, await ReplaceAsync(provider, "n3w").Refusal());
        _cluster.Secrets.IsAway = false;
        Assert.Equal((provider.Version, "s3cret"), ((await Book.ListAsync())[0].Version, (await Book.SecretAsync(provider.Id).Value()).Value));

        var changed = await ReplaceAsync(provider, "n3w").Value();
        Assert.Equal("n3w", (await Book.SecretAsync(provider.Id).Value()).Value);
        Assert.Single(_cluster.Secrets.Names, IsOurs);

        changed = await ReplaceAsync(changed, secret: null).Value();
        await _cluster.DeactivateAsync(Book);
        Assert.Equal("n3w", (await Book.SecretAsync(provider.Id).Value()).Value);

        Assert.Null(await Book.RemoveAsync(provider.Id, changed.Version, CallerOf(_tenant)));
        Assert.DoesNotContain(_cluster.Secrets.Names, IsOurs);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Who_was_admitted_by_rules_that_were_changed_has_nothing_until_admitted_anew()
    {
        var provider = await AddAsync().Value();
        var index = _cluster.For(_tenant).The<IPrincipalIndexGrain>();
        var person = _cluster.For(_tenant).Get<IPrincipalGrain>("ext_2");
        await index.AdmitAsync("ext_2", new AdmitPrincipal(provider.Id, "Alice", ["user"], provider.RulesVersion)).Value();
        Assert.Equal("ext_2", (await person.AccessAsync().Value()).Principal);

        var renamed = await ReplaceAsync(provider, "n3w").Value();
        Assert.Equal("ext_2", (await person.AccessAsync().Value()).Principal);
        var changed = await ReplaceAsync(renamed, null, new ClaimRule("groups", "staff", ["guest"])).Value();

        Assert.Equal(ProblemCode.Unauthenticated, await person.AccessAsync().Refusal());
        await index.AdmitAsync("ext_2", new AdmitPrincipal(provider.Id, "Alice", ["user"], changed.RulesVersion)).Value();
        Assert.Equal("ext_2", (await person.AccessAsync().Value()).Principal);
    }

    [Fact]
    public async Task A_providers_person_is_made_once_and_not_again_after_it_was_deleted()
    {
        var provider = await AddAsync().Value();
        var index = _cluster.For(_tenant).The<IPrincipalIndexGrain>();
        var command = new AdmitPrincipal(provider.Id, "Alice", ["user"]);
        Assert.Equal((PrincipalKind.User, "Alice"), await index.AdmitAsync("ext_1", command).Value() is var made ? (made.Kind, made.DisplayName) : default);
        Assert.False(await _cluster.For(_tenant).Get<IPrincipalGrain>("ext_1").IsShutOutAsync());

        Assert.Null(await index.DeleteAsync("ext_1", CallerOf(_tenant)));

        Assert.True(await _cluster.For(_tenant).Get<IPrincipalGrain>("ext_1").IsShutOutAsync());
        Assert.Equal(ProblemCode.Unauthenticated, await index.AdmitAsync("ext_1", command).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await index.AdmitAsync("usr_1", command).Refusal());
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task A_subject_that_only_ever_came_with_tokens_can_be_blocked_and_let_in_again()
    {
        var provider = await AddAsync().Value();
        var index = _cluster.For(_tenant).The<IPrincipalIndexGrain>();
        const string Subject = "ext_00112233445566778899aabbccddeeff00112233";
        var command = new AdmitPrincipal(provider.Id, "Mallory", ["user"]);

        Assert.True((await index.BlockAsync(Subject, new BlockPrincipal { Reason = "stolen token" }, CallerOf(_tenant)).Value()).Blocked);

        Assert.True(await _cluster.For(_tenant).Get<IPrincipalGrain>(Subject).IsShutOutAsync());
        Assert.Equal(ProblemCode.Unauthenticated, await index.AdmitAsync(Subject, command).Refusal());
        Assert.Contains(await index.PageAsync(new PrincipalFilter { Kind = PrincipalKind.User }, null, 10), principal => principal.Id == Subject && principal.BlockedReason == "stolen token");

        await _cluster.For(_tenant).Get<IPrincipalGrain>(Subject).UnblockAsync(new(CallerOf(_tenant), ["*"], [])).Value();
        Assert.False(await _cluster.For(_tenant).Get<IPrincipalGrain>(Subject).IsShutOutAsync());
        Assert.Equal("Mallory", (await index.AdmitAsync(Subject, command).Value()).DisplayName);
    }

    [Theory]
    [InlineData("ext_00112233445566778899aabbccddeeff0011223")]
    [InlineData("ext_00112233445566778899AABBCCDDEEFF00112233")]
    [InlineData("usr_00112233445566778899aabbccddeeff00112233")]
    public async Task An_id_that_no_subject_can_have_is_not_made_by_a_block(string id)
    {
        var index = _cluster.For(_tenant).The<IPrincipalIndexGrain>();

        Assert.Equal(ProblemCode.NotFound, await index.BlockAsync(id, new BlockPrincipal(), CallerOf(_tenant)).Refusal());
        Assert.False(await index.ExistsAsync(id));
    }

    private bool IsOurs(string name) => name.StartsWith($"idp-{_tenant}-", StringComparison.Ordinal);

    private Task<Result<IdentityProvider>> AddAsync() => Book.AddAsync(Command("s3cret"), CallerOf(_tenant));

    private Task<Result<IdentityProvider>> ReplaceAsync(IdentityProvider before, string? secret, params ClaimRule[] rules) => Book.ReplaceAsync(before.Id, Command(secret, rules), before.Version, CallerOf(_tenant));

    private static PutIdentityProvider Command(string? secret, params ClaimRule[] rules) => new()
    {
        Issuer = "https://login.example",
        Audience = "api://platform",
        Rules = rules is [] ? [new ClaimRule("groups", "staff", ["user"])] : rules,
        SignIn = new SignInClient { ClientId = "client", ClientSecret = secret },
    };
}

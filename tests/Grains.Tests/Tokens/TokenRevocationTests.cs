using Platform.Abstractions.Changes;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;
using Platform.Testing;

namespace Platform.Grains.Tests.Tokens;

[Collection(OnTheCluster.Name), Trait("Control", "AU-1")]
public sealed class TokenRevocationTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private ITokenRevocationGrain Revocations => _cluster.For(_tenant).The<ITokenRevocationGrain>();

    [Fact]
    public async Task What_was_revoked_is_known_also_after_the_activation_ended()
    {
        await RevokeAsync(RevokedKind.Token, "a");
        await RevokeAsync(RevokedKind.Family, "a");
        await _cluster.DeactivateAsync(Revocations);

        Assert.Equal([RevokedKind.Token, RevokedKind.Family], (await Revocations.ListAsync()).Select(revoked => revoked.Kind));
    }

    [Fact]
    public async Task It_is_kept_for_as_long_as_a_token_could_be_good_and_no_longer()
    {
        await RevokeAsync(RevokedKind.Token, "a");
        _cluster.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(59));
        Assert.Single(await Revocations.ListAsync());

        _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await Revocations.ListAsync());
    }

    [Fact]
    public async Task Revoking_again_moves_the_time_and_adds_nothing()
    {
        await RevokeAsync(RevokedKind.Principal, "usr_1");
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await RevokeAsync(RevokedKind.Principal, "usr_1");

        Assert.Equal(_cluster.Clock.GetUtcNow(), Assert.Single(await Revocations.ListAsync()).At);
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task Nodes_hear_of_it_before_it_is_acknowledged()
    {
        var node = await _cluster.GivenNodeAsync();

        await RevokeAsync(RevokedKind.Token, "a");

        Assert.Contains(new Change(_tenant, ChangeKind.Tokens, ""), node.Heard);
    }

    [Fact]
    public async Task A_revocation_that_could_not_be_stored_is_none_and_says_so()
    {
        _cluster.Storage.FailWrite("token-revocations", _tenant);

        await Assert.ThrowsAnyAsync<Exception>(() => RevokeAsync(RevokedKind.Token, "a"));

        Assert.Empty(await Revocations.ListAsync());
    }

    [Theory]
    [InlineData(RevokedKind.Token, "")]
    [InlineData((RevokedKind)9, "a")]
    public async Task What_names_nothing_revokes_nothing(RevokedKind kind, string id) =>
        Assert.Equal(ProblemCode.InvalidParams, await Revocations.RevokeAsync(kind, id, GrainCluster.CallerOf(_tenant)).Refusal());

    private async Task RevokeAsync(RevokedKind kind, string id) => Assert.Null(await Revocations.RevokeAsync(kind, id, GrainCluster.CallerOf(_tenant)));
}

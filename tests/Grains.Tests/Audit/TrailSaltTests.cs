using System.Text;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Testing;

namespace Platform.Grains.Tests.Audit;

/// <summary>The salt of a trail on two silos, with a vault that can be away.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AL-3")]
public sealed class TrailSaltTests(SharedCluster shared) : IDisposable
{
    private static readonly byte[] Secret = HashedValue.DigestOf("mcpk_live_secret");

    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IAuditStreamGrain Stream => _cluster.For(_tenant).Get<IAuditStreamGrain>("0");

    private IAuditUpkeepGrain Upkeep => _cluster.For(_tenant).Get<IAuditUpkeepGrain>("0");

    public void Dispose() => _cluster.Secrets.IsAway = false;

    [Fact]
    public async Task What_is_stored_has_the_HMAC_that_a_look_up_gets_from_either_silo_and_the_chain_is_whole()
    {
        await AppendAsync(Secret);

        var hmac = await Stream.HmacAsync(Secret).Value();

        Assert.Equal([Record(hmac)], (await Stream.ReadAsync(1, 10)).Select(view => view.Record));
        Assert.Equal(hmac, await _cluster.For(_tenant, silo: 0).Get<IAuditStreamGrain>("0").HmacAsync(Secret).Value());
        Assert.Equal(hmac, await _cluster.For(_tenant, silo: 1).Get<IAuditStreamGrain>("0").HmacAsync(Secret).Value());
        Assert.Null((await Stream.VerifyAsync()).FirstBad);
        Assert.Single(_cluster.Secrets.Names, TrailSalt.NameOf(_tenant));
    }

    [Fact]
    public async Task A_retry_is_stored_once_and_looks_the_same()
    {
        var batch = Batch(Secret);
        await Stream.AppendAsync(batch);
        await _cluster.DeactivateAsync(Stream);

        await Stream.AppendAsync(batch);

        Assert.Equal([Record(await Stream.HmacAsync(Secret).Value())], (await Stream.ReadAsync(1, 10)).Select(view => view.Record));
    }

    [Fact]
    public async Task The_salt_outlives_the_activation()
    {
        await AppendAsync(Secret);
        var hmac = await Stream.HmacAsync(Secret).Value();

        await _cluster.DeactivateAsync(Stream);

        Assert.Equal(hmac, await Stream.HmacAsync(Secret).Value());
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Another_tenant_has_another_HMAC_of_the_same_value()
    {
        var other = TenantId.New();
        await AppendAsync(Secret);
        await _cluster.For(other).Get<IAuditStreamGrain>("0").AppendAsync(Batch(Secret));

        Assert.NotEqual(await Stream.HmacAsync(Secret).Value(), await _cluster.For(other).Get<IAuditStreamGrain>("0").HmacAsync(Secret).Value());
    }

    [Fact]
    public async Task A_trail_without_a_hashed_value_needs_no_salt_and_a_question_makes_none()
    {
        await Stream.AppendAsync(new AuditBatch([new AuditEvent(Guid.CreateVersion7(), _cluster.Clock.GetUtcNow(), "{}"u8.ToArray())]));

        Assert.Equal(ProblemCode.NotFound, await Stream.HmacAsync(Secret).Refusal());
        Assert.DoesNotContain(TrailSalt.NameOf(_tenant), _cluster.Secrets.Names);
    }

    [Fact]
    public async Task What_is_no_digest_is_refused() => Assert.Equal(ProblemCode.InvalidParams, await Stream.HmacAsync([1]).Refusal());

    [Fact, Trait("Control", "AL-5")]
    public async Task While_the_vault_is_away_events_are_stored_without_the_value_and_later_with_it()
    {
        _cluster.Secrets.IsAway = true;
        await AppendAsync(Secret);
        Assert.Equal(ProblemCode.Unavailable, await Stream.HmacAsync(Secret).Refusal());
        _cluster.Secrets.IsAway = false;
        await AppendAsync(Secret);
        _cluster.Clock.Advance(TrailSalt.Pause);
        await AppendAsync(Secret);

        var stored = (await Stream.ReadAsync(1, 10)).Select(view => view.Record);

        // Not asked again at once: no event waits for a vault that is known to be away.
        Assert.Equal([Record("[Redacted]"), Record("[Redacted]"), Record(await Stream.HmacAsync(Secret).Value())], stored);
    }

    [Fact, Trait("Control", "RS-4")]
    public async Task A_salt_that_was_forgotten_is_gone_and_no_other_is_made_in_its_place()
    {
        await AppendAsync(Secret);
        Assert.True(await Upkeep.HasSaltAsync());

        Assert.Null(await Upkeep.ForgetSaltAsync());
        await AppendAsync(Secret);

        Assert.DoesNotContain(TrailSalt.NameOf(_tenant), _cluster.Secrets.Names);
        Assert.False(await Upkeep.HasSaltAsync());
        Assert.Equal(ProblemCode.NotFound, await Stream.HmacAsync(Secret).Refusal());
        Assert.Equal(Record("[Redacted]"), (await Stream.ReadAsync(2, 1)).Single().Record);
        Assert.Null((await Stream.VerifyAsync()).FirstBad);
    }

    [Fact]
    public async Task A_vault_that_is_away_forgets_nothing_and_says_so()
    {
        await AppendAsync(Secret);
        _cluster.Secrets.IsAway = true;

        Assert.Equal(ProblemCode.Unavailable, (await Upkeep.ForgetSaltAsync())?.Code);
        Assert.Null(await Upkeep.HasSaltAsync());
    }

    private Task AppendAsync(byte[] digest) => Stream.AppendAsync(Batch(digest));

    private AuditBatch Batch(byte[] digest) => new([new AuditEvent(Guid.CreateVersion7(), _cluster.Clock.GetUtcNow(), Encoding.UTF8.GetBytes(Record(""))) { Hashed = [new HashedValue(Record("").Length - 2, digest)] }]);

    private string Record(string value) => $$"""{"tenant":"{{_tenant}}","target":"{{value}}"}""";
}

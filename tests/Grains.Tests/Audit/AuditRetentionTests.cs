using System.Buffers.Text;
using System.Text;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Testing;

namespace Platform.Grains.Tests.Audit;

/// <summary>Records are kept for as long as they must be, and then go by whole segments; what is left is still proved.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AL-2")]
public sealed class AuditRetentionTests(SharedCluster shared) : IAsyncLifetime
{
    private static readonly TimeSpan MoreThanASegment = SegmentHeader.MostTime + TimeSpan.FromMinutes(1);

    private readonly GrainCluster _cluster = shared.Cluster;
    private TenantId _tenant;

    private IAuditStreamGrain Stream => _cluster.For(_tenant).Get<IAuditStreamGrain>("0");

    private IAuditRetentionGrain Retention => _cluster.For(TenantId.Platform).Get<IAuditRetentionGrain>(_tenant.ToString());

    private IAuditWatchGrain Watch => _cluster.For(TenantId.Platform).Get<IAuditWatchGrain>("audit-watch");

    public async ValueTask InitializeAsync() => _tenant = await _cluster.GivenTenantAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var finding in await Watch.FindingsAsync())
        {
            await Watch.AcceptAsync(finding.Tenant, new AcceptAuditFinding { Reason = "a test's own" }, Operator());
        }
    }

    [Theory]
    [InlineData(89, 0)]
    [InlineData(90, 0)]
    [InlineData(91, 2)]
    public async Task A_segment_is_deleted_when_all_of_it_is_older_than_ninety_days(int days, long through)
    {
        var began = _cluster.Clock.GetUtcNow();
        await SealOneAsync("a", "b");
        _cluster.Clock.Advance(began + TimeSpan.FromDays(days) - _cluster.Clock.GetUtcNow());

        Assert.Equal(through, await Retention.PruneDueAsync());
        Assert.Equal(through, (await Retention.GetAsync()).PrunedThrough);
        Assert.Equal(through == 0 ? 1 : 3, (await Stream.ReadAsync(1, 1))[0].Sequence);
    }

    [Fact]
    public async Task What_is_left_is_verified_from_there_on_and_headers_stay()
    {
        await PruneOneAsync();

        var result = await VerifyAsync();

        Assert.Equal((null, null, 2), (result.Fault, result.FirstBad, result.PrunedThrough));
        Assert.True(result.Events > 2);
        Assert.Equal(result.Segments, (await Stream.SegmentsAsync(1, 100)).Length);
        Assert.Equal((1, 2), (await Stream.SegmentsAsync(1, 1)).Select(Header).Select(header => (header.First, header.Last)).Single());
    }

    [Fact]
    public async Task That_it_was_deleted_is_on_record()
    {
        await PruneOneAsync();

        Assert.Contains((await Stream.ReadAsync(1, 100)).Select(view => view.Record), record => record.Contains("\"action\":\"audit/prune\"", StringComparison.Ordinal) && record.Contains("\"target\":\"1-2\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trail_none_of_whose_records_is_kept_goes_on_where_it_ended()
    {
        await SealOneAsync("a", "b");
        _cluster.Clock.Advance(TimeSpan.FromDays(91));
        await Retention.PruneDueAsync();
        await SealOneAsync();
        _cluster.Clock.Advance(TimeSpan.FromDays(91));
        await _cluster.TamperWithAuditAsync("DELETE FROM audit_event WHERE tenant=$tenant AND seq>(SELECT through FROM audit_pruned WHERE tenant=$tenant)", _tenant);
        await _cluster.DeactivateAsync(Stream);

        await AppendAsync("c");

        Assert.Equal(3, (await Stream.ReadAsync(1, 10))[0].Sequence);
    }

    [Fact]
    public async Task A_hold_stops_deletion_until_it_is_released()
    {
        await SealOneAsync("a", "b");
        Assert.True((await Retention.HoldAsync(new PlaceAuditHold { Reason = "case 12" }, Own())).Try(out var hold, out _));
        _cluster.Clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(0, await Retention.PruneDueAsync());
        Assert.Equal(("case 12", "usr_tester", false), Assert.Single((await Retention.GetAsync()).Holds) is var only ? (only.Reason, only.By, only.ByPlatform) : default);

        Assert.Null((await Retention.ReleaseAsync(hold.Id, Own())).Problem);

        Assert.Equal(2, await Retention.PruneDueAsync());
    }

    [Fact]
    public async Task What_an_operator_holds_the_tenant_does_not_release()
    {
        Assert.True((await Retention.HoldAsync(new PlaceAuditHold { Reason = "warrant" }, Operator())).Try(out var hold, out _));

        Assert.Equal(ProblemCode.PermissionDenied, (await Retention.ReleaseAsync(hold.Id, Own())).Problem?.Code);
        Assert.Equal(ProblemCode.NotFound, (await Retention.ReleaseAsync("nothing1", Operator())).Problem?.Code);
        Assert.Null((await Retention.ReleaseAsync(hold.Id, Operator())).Problem);
    }

    [Fact]
    public async Task Holds_survive_a_restart_of_their_grain_and_are_bounded()
    {
        for (var i = 0; i < AuditHold.Most; i++)
        {
            Assert.Null((await Retention.HoldAsync(new PlaceAuditHold { Reason = "one more" }, Own())).Problem);
        }

        await _cluster.DeactivateAsync(Retention);

        Assert.Equal(AuditHold.Most, (await Retention.GetAsync()).Holds.Length);
        Assert.Equal(ProblemCode.QuotaExceeded, (await Retention.HoldAsync(new PlaceAuditHold { Reason = "one too many" }, Own())).Problem?.Code);
    }

    [Fact]
    public async Task A_tenant_keeps_longer_and_never_shorter()
    {
        Assert.Equal(ProblemCode.InvalidParams, (await Retention.SetAsync(new SetAuditRetention { Days = 1 }, (await Retention.GetAsync()).Days, Own())).Problem?.Code);
        Assert.Equal(ProblemCode.InvalidParams, (await Retention.SetAsync(new SetAuditRetention { Days = 89 }, (await Retention.GetAsync()).Days, Own())).Problem?.Code);
        Assert.Null((await Retention.SetAsync(new SetAuditRetention { Days = 365 }, (await Retention.GetAsync()).Days, Own())).Problem);
        await SealOneAsync("a");

        _cluster.Clock.Advance(TimeSpan.FromDays(200));
        Assert.Equal(0, await Retention.PruneDueAsync());
        _cluster.Clock.Advance(TimeSpan.FromDays(166));
        Assert.Equal(1, await Retention.PruneDueAsync());
    }

    [Fact]
    public async Task The_watch_deletes_what_is_due_and_holds_nothing_against_the_trail()
    {
        await SealOneAsync("a", "b");
        await Watch.TakeAsync(Operator());
        var witness = await Watch.SinceAsync(0);
        _cluster.Clock.Advance(TimeSpan.FromDays(91));

        await LookUntilDeletedAsync();
        await Watch.TakeAsync(Operator());
        var view = await Watch.CompareAsync("paper", witness!);

        Assert.DoesNotContain(view.Findings, finding => finding.Tenant == _tenant.ToString());
    }

    [Fact]
    public async Task A_look_deletes_all_that_is_due_of_a_busy_trail()
    {
        for (var segment = 0; segment <= AuditRetention.MostSegments; segment++)
        {
            await SealOneAsync("a", "b");
        }

        var last = Header((await Stream.SegmentsAsync(1, 100))[^1]).Last;
        _cluster.Clock.Advance(TimeSpan.FromDays(91));
        for (var look = 0; look < 100 && (await Retention.GetAsync()).PrunedThrough == 0; look++)
        {
            await Watch.TakeAsync(Operator());
        }

        Assert.Equal(last, (await Retention.GetAsync()).PrunedThrough);
    }

    [Fact]
    public async Task Trails_that_may_not_be_deleted_yet_take_nobody_elses_turn()
    {
        var tenants = new List<TenantId>();
        while (tenants.Count <= AuditWatchGrain.MostPruned)
        {
            tenants.Add(_tenant = await _cluster.GivenTenantAsync());
            await SealOneAsync("a", "b");
        }

        // A look goes through them by name, so the last is behind a whole look of trails that are kept.
        tenants.Sort((one, other) => string.CompareOrdinal(one.ToString(), other.ToString()));
        foreach (var kept in tenants[..^1])
        {
            _tenant = kept;
            Assert.Null((await Retention.SetAsync(new SetAuditRetention { Days = 3650 }, (await Retention.GetAsync()).Days, Own())).Problem);
        }

        _tenant = tenants[^1];
        _cluster.Clock.Advance(TimeSpan.FromDays(91));

        await LookUntilDeletedAsync();
    }

    [Theory]
    [InlineData("DELETE FROM audit_event WHERE tenant=$tenant AND seq=4", 4)]
    [InlineData("DELETE FROM audit_event WHERE tenant=$tenant AND seq<=5", 3)]
    public async Task A_record_that_somebody_else_deleted_is_missing(string tampering, long firstBad)
    {
        await SealOneAsync("a", "b");
        _cluster.Clock.Advance(TimeSpan.FromDays(60));
        await SealOneAsync("c", "d", "e");
        _cluster.Clock.Advance(TimeSpan.FromDays(40));
        await AppendAsync("f");
        Assert.Equal(2, await Retention.PruneDueAsync());

        await _cluster.TamperWithAuditAsync(tampering, _tenant);

        var result = await VerifyAsync();
        Assert.Equal((firstBad, AuditFault.Deleted), (result.FirstBad, result.Fault));
    }

    [Fact, Trait("Control", "AL-4")]
    public async Task Who_writes_old_times_into_the_store_has_nothing_deleted()
    {
        await SealOneAsync("a", "b");
        var compact = (await Stream.SegmentsAsync(1, 1)).Single();
        var old = _cluster.Clock.GetUtcNow() - TimeSpan.FromDays(400);
        var parts = compact.Split('.');
        var forged = string.Join('.', parts[0], Base64Url.EncodeToString((Header(compact) with { Opened = old, Closed = old, Sealed = old }).Write()), parts[2]);
        await _cluster.TamperWithAuditAsync($"UPDATE audit_segment SET statement='{forged}' WHERE tenant=$tenant AND number=1", _tenant);

        Assert.Equal(0, await Retention.PruneDueAsync());
        Assert.Equal(1, (await Stream.ReadAsync(1, 1))[0].Sequence);

        // And when it is put back, its time comes as that of any other.
        await _cluster.TamperWithAuditAsync($"UPDATE audit_segment SET statement='{compact}' WHERE tenant=$tenant AND number=1", _tenant);
        _cluster.Clock.Advance(TimeSpan.FromDays(91));
        Assert.Equal(2, await Retention.PruneDueAsync());
    }

    [Theory, Trait("Control", "AL-4")]
    [InlineData(89, 90)]
    [InlineData(91, 89)]
    [InlineData(91, 365)]
    public async Task A_deletion_that_was_signed_too_early_is_none(int after, int days)
    {
        await SealOneAsync("a", "b");
        var header = Header((await Stream.SegmentsAsync(1, 1)).Single());
        var pruned = new PrunedTrail { V = 1, Tenant = header.Tenant, Shard = header.Shard, Segment = 1, Through = header.Last, Hash = header.LastHash, Days = days, At = header.Sealed + TimeSpan.FromDays(after) };
        Assert.True((await _cluster.For(TenantId.Platform).Get<IAuditKeyRingGrain>("audit-keys").SignPrunedAsync(pruned.Write())).Try(out var statement, out _));
        await _cluster.TamperWithAuditAsync($"INSERT INTO audit_pruned(tenant, shard, through, statement) VALUES ($tenant, '0', {header.Last}, '{statement}')", _tenant);
        var result = await VerifyAsync();

        // Other tests' watch looks at this trail too.
        await _cluster.TamperWithAuditAsync("DELETE FROM audit_pruned WHERE tenant=$tenant", _tenant);
        Assert.Equal(1, result.FirstBad);
        Assert.Null((await VerifyAsync()).Fault);
    }

    [Theory]
    [InlineData("DELETE FROM audit_pruned WHERE tenant=$tenant")]
    [InlineData("UPDATE audit_pruned SET statement=replace(statement, substr(statement, 200, 1), 'A') WHERE tenant=$tenant")]
    [InlineData("UPDATE audit_pruned SET statement=(SELECT statement FROM audit_segment WHERE tenant=$tenant AND number=1) WHERE tenant=$tenant")]
    public async Task Without_the_signed_statement_deleted_records_are_missing(string tampering)
    {
        await PruneOneAsync();

        await _cluster.TamperWithAuditAsync(tampering, _tenant);

        Assert.Equal(1, (await VerifyAsync()).FirstBad);
    }

    [Fact]
    public async Task While_the_keys_are_away_nothing_is_deleted()
    {
        await SealOneAsync("a", "b");
        _cluster.Clock.Advance(TimeSpan.FromDays(91));
        _cluster.Secrets.IsAway = true;
        await _cluster.DeactivateAsync(_cluster.For(TenantId.Platform).Get<IAuditSignerGrain>("audit-keys"));
        var away = await Retention.PruneDueAsync();
        _cluster.Secrets.IsAway = false;

        Assert.Contains(away, new[] { 0L, 2L });
        Assert.Equal(2, await Retention.PruneDueAsync());
    }

    private Caller Own() => GrainCluster.CallerOf(_tenant);

    private static Caller Operator() => GrainCluster.CallerOf(TenantId.Platform);

    private async Task PruneOneAsync()
    {
        await SealOneAsync("a", "b");
        _cluster.Clock.Advance(TimeSpan.FromDays(91));
        Assert.Equal(2, await Retention.PruneDueAsync());
    }

    /// <summary>Each look deletes some of what is old, and tests of other trails share the clock and left old ones too.</summary>
    private async Task LookUntilDeletedAsync()
    {
        for (var look = 0; look < 100 && (await Retention.GetAsync()).PrunedThrough == 0; look++)
        {
            await Watch.TakeAsync(Operator());
        }

        Assert.Equal(2, (await Retention.GetAsync()).PrunedThrough);
    }

    private async Task<AuditVerification> VerifyAsync()
    {
        await _cluster.DeactivateAsync(Stream);
        return await Stream.VerifyAsync();
    }

    private async Task SealOneAsync(params string[] what)
    {
        var before = (await Stream.SegmentsAsync(1, 100)).Length;
        if (what.Length > 0)
        {
            await AppendAsync(what);
        }

        _cluster.Clock.Advance(MoreThanASegment);
        await _cluster.AsGrainAsync(Stream, async factory =>
        {
            await new Abstractions.Tenancy.TenantGrains(factory).For(_tenant).Get<IAuditUpkeepGrain>("0").SealDueAsync();
            return true;
        });
        await GrainCluster.EventuallyAsync(() => Stream.SegmentsAsync(1, 100), found => found.Length > before);
    }

    private static SegmentHeader Header(string statement)
    {
        Assert.True(AuditStatement.TryRead(statement, SegmentHeader.Type, out var read));
        return SegmentHeader.TryRead(read.Payload, out var header) ? header : throw new InvalidOperationException(statement);
    }

    private Task AppendAsync(params string[] what) => Stream.AppendAsync(new AuditBatch([.. what.Select(text => new AuditEvent(
        Guid.CreateVersion7(), _cluster.Clock.GetUtcNow(), Encoding.UTF8.GetBytes($$"""{"tenant":"{{_tenant}}","what":"{{text}}"}""")))]));
}

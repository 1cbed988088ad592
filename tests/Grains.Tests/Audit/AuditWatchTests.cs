using System.Text;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.Audit;

/// <summary>All trails under one signed root, and what becomes of a store that was set back.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AL-4")]
public sealed class AuditWatchTests(SharedCluster shared) : IAsyncLifetime
{
    private static readonly AcceptAuditFinding Looked = new() { Reason = "looked into" };

    private readonly GrainCluster _cluster = shared.Cluster;
    private TenantId _tenant;

    private IAuditWatchGrain Watch => _cluster.For(TenantId.Platform).Get<IAuditWatchGrain>("audit-watch");

    private IAuditStreamGrain Stream => _cluster.For(_tenant).Get<IAuditStreamGrain>("0");

    public async ValueTask InitializeAsync() => _tenant = await _cluster.GivenTenantAsync();

    /// <summary>The cluster is everybody's: nothing may be left against a trail.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _cluster.Secrets.IsAway = false;
        foreach (var finding in await Watch.FindingsAsync())
        {
            await Watch.AcceptAsync(finding.Tenant, Looked, Operator());
        }
    }

    [Fact]
    public async Task A_checkpoint_is_signed_and_the_end_of_each_trail_is_proved_to_be_in_it()
    {
        await AppendAsync("a", "b");
        await TakeAsync();

        Assert.True((await Watch.ProveAsync(_tenant.ToString(), "0")).Try(out var proof, out _));

        Assert.True(AuditKeyChain.TryRead(await _cluster.For(TenantId.Platform).Get<IAuditSignerGrain>("audit-keys").KeysAsync(), out var keys));
        Assert.True(proof.Holds(keys));
        Assert.Equal((2, (await Stream.ReadAsync(2, 1))[0].Hash), (proof.Head.Sequence, proof.Head.Hash));
        Assert.False((proof with { Head = proof.Head with { Sequence = 1 } }).Holds(keys));
    }

    [Fact]
    public async Task A_trail_that_is_not_there_has_no_proof() =>
        Assert.Equal(ProblemCode.NotFound, (await Watch.ProveAsync(TenantId.New().ToString(), "0")).Problem?.Code);

    [Fact]
    public async Task Checkpoints_follow_each_other_without_a_gap()
    {
        var (first, statement) = await TakeAsync();
        await AppendAsync("a");
        var (second, _) = await TakeAsync();

        Assert.Equal((first.Number + 1, AuditStatement.HashOf(statement)), (second.Number, second.Previous));
        Assert.NotEqual(first.Root, second.Root);
        Assert.Equal([first.Number, second.Number], (await Watch.PageAsync(first.Number, 10)).Select(Read).Select(read => read.Number));
    }

    [Fact]
    public async Task The_watch_makes_one_when_the_last_one_is_old_enough_and_not_before()
    {
        var (before, _) = await TakeAsync();

        Assert.Equal(before.Number, (await Watch.KeepUpAsync(TimeSpan.FromMinutes(10))).Number);
        _cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(before.Number + 1, (await Watch.KeepUpAsync(TimeSpan.FromMinutes(10))).Number);
    }

    [Fact]
    public async Task While_the_keys_are_away_none_is_made_and_the_next_chance_makes_it()
    {
        var (before, _) = await TakeAsync();
        _cluster.Secrets.IsAway = true;
        _cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        await _cluster.DeactivateAsync(_cluster.For(TenantId.Platform).Get<IAuditSignerGrain>("audit-keys"));

        var away = await Watch.KeepUpAsync(TimeSpan.FromMinutes(10));
        _cluster.Secrets.IsAway = false;

        Assert.InRange(away.Number, before.Number, before.Number + 1);
        Assert.Equal(before.Number + 1, (await Watch.KeepUpAsync(TimeSpan.FromMinutes(10))).Number);
    }

    [Fact]
    public async Task A_trail_that_nobody_uses_is_woken_when_its_segment_is_due()
    {
        await AppendAsync("a", "b");
        await _cluster.DeactivateAsync(Stream);
        _cluster.Clock.Advance(SegmentHeader.MostTime + TimeSpan.FromMinutes(3));

        await Watch.KeepUpAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(2, (await _cluster.AuditLog.LastSegmentAsync(_tenant, "0", CancellationToken.None))?.Last);
    }

    [Fact]
    public async Task A_trail_that_was_removed_wholly_is_named_put_on_record_and_its_tenant_made_read_only()
    {
        await AppendAsync("a", "b", "c");
        await TakeAsync();
        await RemoveTrailAsync();

        await TakeAsync();

        var finding = await FindingAsync();
        Assert.Equal((1, AuditFault.RolledBack, "checkpoint", 3), (finding.Sequence, finding.Fault, finding.By, finding.Seen?.Sequence));
        Assert.Contains($"{AuditFault.RolledBack} at record 1", (await _cluster.For(_tenant).The<ITenantGrain>().GetAsync()) is var got && got.Try(out var view, out _) ? view.ReadOnly?.Reason : null, StringComparison.Ordinal);
        Assert.Contains($"\"outcome\":\"rolled-back\",\"principal\":\"audit-watch\",\"credential\":\"checkpoint\",\"target\":\"{_tenant}/0/1\"", await PlatformTrailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finding_that_could_not_be_recorded_closes_its_tenant_and_is_recorded_by_a_later_look()
    {
        await AppendAsync("a", "b", "c");
        await TakeAsync();
        await RemoveTrailAsync();
        _cluster.AuditLog.FailAppend(TenantId.Platform);

        await TakeAsync();

        Assert.NotNull((await _cluster.For(_tenant).The<ITenantGrain>().GetAsync()).Try(out var view, out _) ? view.ReadOnly : null);
        Assert.DoesNotContain($"{_tenant}/0/1", await PlatformTrailAsync(), StringComparison.Ordinal);

        await _cluster.DeactivateAsync(Watch);
        await Watch.KeepUpAsync(TimeSpan.FromDays(1));
        await Watch.KeepUpAsync(TimeSpan.FromDays(1));

        Assert.Single(System.Text.RegularExpressions.Regex.Matches(await PlatformTrailAsync(), $"\"target\":\"{_tenant}/0/1\"", System.Text.RegularExpressions.RegexOptions.NonBacktracking));
    }

    [Fact]
    public async Task Until_it_is_accepted_later_checkpoints_commit_to_the_end_that_was_seen()
    {
        await AppendAsync("a", "b", "c");
        await TakeAsync();
        await RemoveTrailAsync();
        await TakeAsync();
        await TakeAsync();
        Assert.Equal(3, await CommittedAsync());

        Assert.Null((await Watch.AcceptAsync(_tenant.ToString(), Looked, Operator())).Problem);
        await TakeAsync();

        Assert.DoesNotContain(await Watch.FindingsAsync(), finding => finding.Tenant == _tenant.ToString());
        Assert.NotEqual(3, await CommittedAsync());
        Assert.Equal(ProblemCode.NotFound, (await Watch.AcceptAsync(_tenant.ToString(), Looked, Operator())).Problem?.Code);
    }

    [Fact]
    public async Task A_trail_removed_together_with_what_the_last_checkpoint_says_of_it_is_told_by_the_root()
    {
        await AppendAsync("a");
        var (before, _) = await TakeAsync();
        await RemoveTrailAsync();
        await _cluster.TamperWithAuditAsync("DELETE FROM audit_checkpoint_head WHERE tenant=$tenant", _tenant);

        await TakeAsync();

        var finding = Assert.Single(await Watch.FindingsAsync(), finding => finding.Shard == AuditFinding.Checkpoints);
        Assert.Equal((before.Number, AuditFault.Rewritten), (finding.Sequence, finding.Fault));
    }

    [Theory]
    [InlineData("DELETE FROM audit_event WHERE tenant=$tenant AND seq>1", 2, AuditFault.RolledBack)]
    [InlineData("DELETE FROM audit_event WHERE tenant=$tenant AND seq=3", 3, AuditFault.Deleted)]
    [InlineData("UPDATE audit_event SET hash=zeroblob(32) WHERE tenant=$tenant AND seq=3", 3, AuditFault.Rewritten)]
    public async Task The_first_record_that_is_not_as_it_was_is_named(string tampering, long sequence, string fault)
    {
        await AppendAsync("a", "b", "c");
        await TakeAsync();
        if (fault != AuditFault.RolledBack)
        {
            await AppendAsync("d");
        }

        await _cluster.TamperWithAuditAsync(tampering, _tenant);
        await TakeAsync();

        var finding = await FindingAsync();
        Assert.Equal((sequence, fault), (finding.Sequence, finding.Fault));
    }

    [Fact]
    public async Task A_store_that_was_set_back_with_all_it_says_of_itself_is_told_by_a_witness()
    {
        await AppendAsync("a");
        var (older, _) = await TakeAsync();
        await AppendAsync("b", "c");
        var witness = await WitnessAsync();
        await _cluster.TamperWithAuditAsync($"DELETE FROM audit_checkpoint WHERE number>{older.Number}", _tenant);
        await _cluster.TamperWithAuditAsync("DELETE FROM audit_event WHERE tenant=$tenant AND seq>1", _tenant);
        await _cluster.TamperWithAuditAsync("UPDATE audit_checkpoint_head SET seq=1 WHERE tenant=$tenant", _tenant);

        var view = await Watch.CompareAsync("paper", witness);

        Assert.Contains(view.Findings, finding => finding is { Shard: AuditFinding.Checkpoints, Fault: AuditFault.RolledBack, By: "paper" });
        var finding = await FindingAsync();
        Assert.Equal((2, AuditFault.RolledBack, "paper"), (finding.Sequence, finding.Fault, finding.By));
    }

    [Fact]
    public async Task A_store_that_went_on_agrees_with_a_witness()
    {
        await AppendAsync("a");
        var witness = await WitnessAsync();
        await AppendAsync("b");
        await TakeAsync();

        Assert.Empty((await Watch.CompareAsync("paper", witness)).Findings);
    }

    [Fact]
    public async Task A_witness_whose_heads_nobody_signed_is_at_fault_itself_and_no_tenant_is()
    {
        await AppendAsync("a");
        var witness = await WitnessAsync();
        var forged = witness with { Heads = [.. witness.Heads.Select(head => head.Tenant == _tenant.ToString() ? head with { Sequence = 99 } : head)] };

        var view = await Watch.CompareAsync("paper", forged);

        Assert.Equal((AuditFinding.Checkpoints, AuditFault.Unreadable), Assert.Single(view.Findings) is var only ? (only.Shard, only.Fault) : default);
    }

    [Fact]
    public async Task A_witness_gets_what_changed_or_all_when_it_lacks_more_and_nothing_when_it_lacks_none()
    {
        await AppendAsync("a");
        var (first, _) = await TakeAsync();
        await AppendAsync("b");
        var (second, _) = await TakeAsync();

        Assert.Null(await Watch.SinceAsync(second.Number));
        var changes = await Watch.SinceAsync(first.Number);
        var all = await Watch.SinceAsync(0);
        Assert.False(changes!.Full);
        Assert.Equal(2, Assert.Single(changes.Heads, head => head.Tenant == _tenant.ToString()).Sequence);
        Assert.True(all!.Full);
        Assert.Equal(second.Trails, all.Heads.Length);
    }

    [Fact]
    public async Task No_grain_of_a_tenant_can_have_a_platform_checkpoint_signed()
    {
        await AppendAsync("a");
        var (checkpoint, _) = await TakeAsync();

        var signed = await _cluster.AsGrainAsync(Stream, factory => new Abstractions.Tenancy.TenantGrains(factory).Platform.Get<IAuditSignerGrain>("audit-keys").SignAsync(PlatformCheckpoint.Type, checkpoint.Write()));
        await Assert.ThrowsAsync<Abstractions.Tenancy.TenantAccessException>(() =>
            _cluster.AsGrainAsync(Stream, factory => new Abstractions.Tenancy.TenantGrains(factory).Platform.Get<IAuditKeyRingGrain>("audit-keys").SignCheckpointAsync(checkpoint.Write())));

        Assert.NotNull(signed.Problem);
    }

    private static Abstractions.Identity.Caller Operator() => GrainCluster.CallerOf(TenantId.Platform);

    private async Task<(PlatformCheckpoint Checkpoint, string Statement)> TakeAsync()
    {
        Assert.True((await Watch.TakeAsync(Operator())).Try(out var statement, out var refused), refused?.Detail);
        return (Read(statement), statement);
    }

    private async Task<WitnessRecord> WitnessAsync()
    {
        await TakeAsync();
        return await Watch.SinceAsync(0) ?? throw new InvalidOperationException("There is a checkpoint.");
    }

    private async Task<long> CommittedAsync() => (await Watch.ProveAsync(_tenant.ToString(), "0")).Try(out var proof, out _) ? proof.Head.Sequence : 0;

    private async Task<AuditFinding> FindingAsync() => Assert.Single(await Watch.FindingsAsync(), finding => finding.Tenant == _tenant.ToString());

    private async Task<string> PlatformTrailAsync()
    {
        var trail = _cluster.For(TenantId.Platform).Get<IAuditStreamGrain>("0");
        var records = new StringBuilder();
        for (var from = 1L; await trail.ReadAsync(from, 1_000) is { Length: > 0 } page; from = page[^1].Sequence + 1)
        {
            records.AppendJoin('\n', page.Select(view => view.Record));
        }

        return records.ToString();
    }

    private async Task RemoveTrailAsync()
    {
        await _cluster.TamperWithAuditAsync("DELETE FROM audit_event WHERE tenant=$tenant", _tenant);
        await _cluster.TamperWithAuditAsync("DELETE FROM audit_segment WHERE tenant=$tenant", _tenant);
        await _cluster.DeactivateAsync(Stream);
    }

    private static PlatformCheckpoint Read(string statement) =>
        PlatformCheckpoint.TryRead(statement, out _, out var checkpoint) ? checkpoint : throw new InvalidOperationException(statement);

    private Task AppendAsync(params string[] what) => Stream.AppendAsync(new AuditBatch([.. what.Select(text => new AuditEvent(
        Guid.CreateVersion7(), _cluster.Clock.GetUtcNow(), Encoding.UTF8.GetBytes($$"""{"tenant":"{{_tenant}}","what":"{{text}}"}""")))]));
}

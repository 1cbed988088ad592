using System.Text;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.Audit;

[Collection(OnTheCluster.Name), Trait("Control", "AL-4")]
public sealed class AuditStreamTests(SharedCluster shared)
{
    private static readonly string Empty = new('0', 64);

    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IAuditStreamGrain Stream => _cluster.For(_tenant).Get<IAuditStreamGrain>("0");

    [Fact]
    public async Task A_stream_without_events_is_whole()
    {
        Assert.Equal(new AuditVerification(0, Empty, null, null), await Stream.VerifyAsync());
        Assert.Empty(await Stream.PageAsync(null, 10));
        Assert.Empty(await Stream.ReadAsync(1, 10));
    }

    [Fact]
    public async Task An_empty_batch_is_no_event()
    {
        await Stream.AppendAsync(new AuditBatch([]));

        Assert.Equal(0, (await Stream.VerifyAsync()).Events);
    }

    [Fact]
    public async Task Events_are_stored_as_they_were_handed_over()
    {
        await AppendAsync("first", "second");

        var stored = await Stream.ReadAsync(1, 10);

        Assert.Equal([(1, Record("first")), (2, Record("second"))], stored.Select(view => (view.Sequence, view.Record)));
    }

    [Fact]
    public async Task Concurrent_appends_from_two_silos_form_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            _cluster.For(_tenant, silo: i % 2).Get<IAuditStreamGrain>("0").AppendAsync(Batch($"{i}a", $"{i}b", $"{i}c"))));

        var (verified, stored) = (await Stream.VerifyAsync(), await Stream.ReadAsync(1, 1_000));

        Assert.Equal((600, null), (verified.Events, verified.FirstBad));
        Assert.Equal(Enumerable.Range(1, 600).Select(sequence => (long)sequence), stored.Select(view => view.Sequence));
        Assert.Equal(600, stored.Select(view => view.Record).Distinct().Count());
    }

    [Fact]
    public async Task Events_of_one_batch_stay_together_and_in_order()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Stream.AppendAsync(Batch($"{i}a", $"{i}b"))));

        var stored = (await Stream.ReadAsync(1, 100)).Select(view => view.Record).ToArray();

        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(Array.IndexOf(stored, Record($"{i}a")) + 1, Array.IndexOf(stored, Record($"{i}b"))));
    }

    [Fact]
    public async Task The_chain_goes_on_after_its_activation()
    {
        await AppendAsync("before");
        await _cluster.DeactivateAsync(Stream);
        await AppendAsync("after");

        Assert.Equal((2, null), await WholeAsync());
    }

    [Fact]
    public async Task A_retry_with_the_same_ids_is_stored_once()
    {
        var batch = Batch("a", "b");
        await Stream.AppendAsync(batch);

        await Stream.AppendAsync(batch);

        Assert.Equal((2, null), await WholeAsync());
    }

    [Fact]
    public async Task A_retry_that_brings_something_new_stores_just_that()
    {
        var batch = Batch("a", "b");
        await Stream.AppendAsync(batch);

        await Stream.AppendAsync(new AuditBatch([.. batch.Events, .. Batch("c").Events]));

        Assert.Equal([Record("a"), Record("b"), Record("c")], (await Stream.ReadAsync(1, 10)).Select(view => view.Record));
    }

    [Fact]
    public async Task A_retry_after_a_restart_is_stored_once()
    {
        var batch = Batch("a", "b");
        await Stream.AppendAsync(batch);
        await _cluster.DeactivateAsync(Stream);

        await Stream.AppendAsync(batch);

        Assert.Equal((2, null), await WholeAsync());
    }

    [Fact]
    public async Task A_retry_that_overtakes_its_answer_is_stored_once_and_refuses_nobody()
    {
        var gate = _cluster.AuditLog.HoldAppend(_tenant);
        var first = Stream.AppendAsync(Batch("first"));
        await gate.Reached;
        var batch = Batch("a", "b");
        Task[] waiting = [Stream.AppendAsync(batch), Stream.AppendAsync(batch), Stream.AppendAsync(Batch("bystander"))];
        await Stream.PageAsync(null, 1);

        gate.Open();

        await Task.WhenAll([first, .. waiting]);
        Assert.Equal((4, null), await WholeAsync());
    }

    [Fact]
    public async Task An_event_twice_in_one_batch_is_stored_once()
    {
        var events = Batch("a").Events;

        await Stream.AppendAsync(new AuditBatch([.. events, .. events]));

        Assert.Equal((1, null), await WholeAsync());
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_failing_log_refuses_its_callers()
    {
        _cluster.AuditLog.FailAppend(_tenant);

        await Assert.ThrowsAsync<AuditUnavailableException>(() => AppendAsync("lost"));

        Assert.Empty(await Stream.ReadAsync(1, 10));
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task After_a_failure_later_appends_continue_the_chain()
    {
        await AppendAsync("before");
        _cluster.AuditLog.FailAppend(_tenant);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => AppendAsync("lost"));

        await AppendAsync("after");

        Assert.Equal([Record("before"), Record("after")], (await Stream.ReadAsync(1, 10)).Select(view => view.Record));
        Assert.Equal((2, null), await WholeAsync());
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task Everybody_who_waits_for_a_failing_commit_is_refused_and_nobody_else()
    {
        var gate = _cluster.AuditLog.HoldAppend(_tenant);
        _cluster.AuditLog.FailAppend(_tenant);
        var refused = AppendAsync("refused");
        await gate.Reached;
        var next = AppendAsync("next");

        gate.Open();

        await Assert.ThrowsAsync<AuditUnavailableException>(() => refused);
        await next;
        Assert.Equal([Record("next")], (await Stream.ReadAsync(1, 10)).Select(view => view.Record));
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_retry_of_events_whose_answer_was_lost_is_stored_once()
    {
        var batch = Batch("a", "b");
        _cluster.AuditLog.LoseAnswer(_tenant);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => Stream.AppendAsync(batch));

        await Stream.AppendAsync(batch);

        Assert.Equal((2, null), await WholeAsync());
    }

    [Fact]
    public async Task An_activation_that_another_writer_overtook_goes_on_behind_it_and_refuses_nobody()
    {
        await AppendAsync("mine");
        await WriteBehindItsBackAsync("theirs", sequence: 2);

        await AppendAsync("mine again");

        Assert.Equal([Record("mine"), Record("theirs"), Record("mine again")], (await Stream.ReadAsync(1, 10)).Select(view => view.Record));
        Assert.Equal((3, null), await WholeAsync());
    }

    [Fact]
    public async Task Two_writers_of_one_chain_get_on_and_lose_nothing()
    {
        await AppendAsync("first");
        for (var turn = 0; turn < 5; turn++)
        {
            await WriteBehindItsBackAsync($"theirs {turn}", sequence: 2 + (2 * turn));
            await AppendAsync($"mine {turn}");
        }

        Assert.Equal((11, null), await WholeAsync());
    }

    [Theory]
    [InlineData("UPDATE audit_event SET record=CAST(replace(record, '\"e2\"', '\"x2\"') AS BLOB) WHERE tenant=$tenant AND seq=2", 2, AuditFault.Edited)]
    [InlineData("UPDATE audit_event SET hash=zeroblob(32) WHERE tenant=$tenant AND seq=3", 3, AuditFault.Edited)]
    [InlineData("UPDATE audit_event SET seq=seq+10 WHERE tenant=$tenant AND seq=4", 4, AuditFault.Deleted)]
    [InlineData("DELETE FROM audit_event WHERE tenant=$tenant AND seq=1", 1, AuditFault.Deleted)]
    [InlineData("DELETE FROM audit_event WHERE tenant=$tenant AND seq=4", 4, AuditFault.Deleted)]
    [InlineData("DELETE FROM audit_event WHERE tenant=$tenant AND seq=5", 5, AuditFault.Truncated)]
    [InlineData("DELETE FROM audit_event WHERE tenant=$tenant", 1, AuditFault.Truncated)]
    [InlineData("UPDATE audit_event SET record=CAST('{\"tenant\":\"bbbbbbbb\"}' AS BLOB) WHERE tenant=$tenant AND seq=2", 2, AuditFault.ForeignTenant)]
    public async Task A_row_that_was_tampered_with_is_named(string tampering, long firstBad, string fault)
    {
        await AppendAsync("e1", "e2", "e3", "e4", "e5");
        await _cluster.TamperWithAuditAsync(tampering, _tenant);

        var result = await Stream.VerifyAsync();

        Assert.Equal((firstBad, fault, firstBad - 1), (result.FirstBad, result.Fault, result.Events));
    }

    [Fact]
    public async Task A_chain_of_more_than_one_page_is_verified_whole()
    {
        await Stream.AppendAsync(Batch([.. Enumerable.Range(1, 2_100).Select(i => $"e{i}")]));

        Assert.Equal((2_100, null), await WholeAsync());
    }

    [Fact]
    public async Task Tenants_have_chains_of_their_own()
    {
        await AppendAsync("mine");
        var other = TenantId.New();

        Assert.Equal(0, (await _cluster.For(other).Get<IAuditStreamGrain>("0").VerifyAsync()).Events);
    }

    [Fact]
    public async Task Pages_are_newest_first_and_meet_without_gap_or_overlap()
    {
        await AppendAsync("e1", "e2", "e3", "e4", "e5");

        var first = await Stream.PageAsync(null, 2);
        var second = await Stream.PageAsync(first[^1].Sequence, 2);
        var third = await Stream.PageAsync(second[^1].Sequence, 2);
        var fourth = await Stream.PageAsync(third[^1].Sequence, 2);

        Assert.Equal([5, 4, 3, 2, 1], first.Concat(second).Concat(third).Concat(fourth).Select(view => view.Sequence));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Before_the_first_event_there_is_nothing(long before)
    {
        await AppendAsync("e1");

        Assert.Empty(await Stream.PageAsync(before, 10));
    }

    private async Task<(long Events, long? FirstBad)> WholeAsync()
    {
        await _cluster.DeactivateAsync(Stream);
        var result = await Stream.VerifyAsync();
        return (result.Events, result.FirstBad);
    }

    private async Task WriteBehindItsBackAsync(string what, long sequence)
    {
        var before = Assert.Single(await Stream.ReadAsync(sequence - 1, 1));
        var (record, hash) = (Encoding.UTF8.GetBytes(Record(what)), new byte[AuditChain.HashSize]);
        AuditChain.Next(Convert.FromHexString(before.Hash), record, hash);
        await _cluster.AuditLog.AppendAsync(_tenant, "0", [new Platform.Grains.Audit.AuditRow(sequence, Guid.CreateVersion7(), DateTimeOffset.UnixEpoch, hash, record)], CancellationToken.None);
    }

    private Task AppendAsync(params string[] what) => Stream.AppendAsync(Batch(what));

    private AuditBatch Batch(params string[] what) =>
        new([.. what.Select(text => new AuditEvent(Guid.CreateVersion7(), _cluster.Clock.GetUtcNow(), Encoding.UTF8.GetBytes(Record(text))))]);

    private string Record(string what) => $$"""{"tenant":"{{_tenant}}","what":"{{what}}"}""";
}

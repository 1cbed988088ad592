using System.Text;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.Audit;

[Collection(OnTheCluster.Name), Trait("Control", "AL-4")]
public sealed class AuditSegmentTests(SharedCluster shared) : IDisposable
{
    private static readonly TimeSpan MoreThanASegment = SegmentHeader.MostTime + TimeSpan.FromMinutes(1);

    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IAuditStreamGrain Stream => _cluster.For(_tenant).Get<IAuditStreamGrain>("0");

    public void Dispose() => _cluster.Secrets.IsAway = false;

    [Fact]
    public async Task Ten_thousand_records_are_a_segment_and_the_next_begins()
    {
        await FillAsync(2 * SegmentHeader.MostRecords + 5);

        var headers = await SealedAsync(2);

        Assert.Equal([(1, 10_000), (10_001, 20_000)], headers.Select(header => (header.First, header.Last)));
        Assert.Equal((20_005, 2, null), await WholeAsync());
    }

    [Fact]
    public async Task After_an_hour_what_there_is_is_a_segment()
    {
        await AppendAsync("a", "b");
        _cluster.Clock.Advance(MoreThanASegment);

        await AppendAsync("c");

        Assert.Equal([(1, 2)], (await SealedAsync(1)).Select(header => (header.First, header.Last)));
    }

    [Fact]
    public async Task A_quiet_trail_is_sealed_by_itself()
    {
        await AppendAsync("a");

        _cluster.Clock.Advance(MoreThanASegment);

        Assert.Single(await SealedAsync(1));
    }

    [Fact]
    public async Task A_header_says_what_is_in_the_chain_and_names_the_one_before()
    {
        await SealOneAsync("a", "b");
        await SealOneAsync("c");
        var statements = await Stream.SegmentsAsync(1, 10);
        var records = await Stream.ReadAsync(1, 10);

        var (first, second) = (Header(statements[0]), Header(statements[1]));

        var tree = new MerkleFrontier();
        tree.Add(Encoding.UTF8.GetBytes(records[0].Record));
        tree.Add(Encoding.UTF8.GetBytes(records[1].Record));
        Assert.Equal((1, _tenant.ToString(), "0", SegmentHeader.None), (first.Number, first.Tenant, first.Shard, first.Previous));
        Assert.Equal((records[0].Hash, records[1].Hash, Convert.ToHexStringLower(tree.Root())), (first.FirstHash, first.LastHash, first.Root));
        Assert.Equal((2, 3, 3, AuditStatement.HashOf(statements[0])), (second.Number, second.First, second.Last, second.Previous));
    }

    [Fact]
    public async Task A_seal_that_the_disk_refused_is_made_by_the_next_chance()
    {
        await AppendAsync("a");
        _cluster.AuditLog.FailSeal(_tenant);
        _cluster.Clock.Advance(MoreThanASegment);
        await AppendAsync("b");

        await AppendAsync("c");

        Assert.Equal([(1, 1)], (await SealedAsync(1)).Select(header => (header.First, header.Last)));
        Assert.Equal((3, 1, null), await WholeAsync());
    }

    [Fact]
    public async Task While_the_vault_is_away_records_are_taken_and_sealed_by_the_key_before()
    {
        await AppendAsync("a");

        // A next key is due and cannot be made: the one before, which is in memory, goes on.
        Assert.Null((await Ring.RotateAsync(GrainCluster.CallerOf(TenantId.Platform))).Problem);
        _cluster.Clock.Advance(TimeSpan.FromDays(91));
        _cluster.Secrets.IsAway = true;
        await AppendAsync("b");

        Assert.Equal(2, (await Stream.ReadAsync(1, 10)).Length);
        _cluster.Secrets.IsAway = false;
        await AppendAsync("c");
        Assert.NotEmpty(await SealedAsync(1));
        Assert.Equal((3, null), ((await WholeAsync()).Events, (await WholeAsync()).Fault));
    }

    [Fact]
    public async Task What_was_not_sealed_when_the_silo_died_is_sealed_after_it()
    {
        await AppendAsync("a", "b");
        _cluster.AuditLog.FailSeal(_tenant);
        _cluster.Clock.Advance(MoreThanASegment);
        await AppendAsync("c");
        await _cluster.DeactivateAsync(Stream);

        await AppendAsync("d");
        _cluster.Clock.Advance(MoreThanASegment);
        await AppendAsync("e");

        var headers = await SealedAsync(1);
        Assert.Equal((1, 1), (headers[0].Number, headers[0].First));
        Assert.Equal((5, null), ((await WholeAsync()).Events, (await WholeAsync()).Fault));
    }

    [Fact]
    public async Task A_segment_that_another_activation_sealed_stands()
    {
        await AppendAsync("a");
        await SealBehindItsBackAsync();
        _cluster.Clock.Advance(MoreThanASegment);
        await AppendAsync("b");
        await GrainCluster.EventuallyAsync(() => Stream.SegmentsAsync(1, 10), statements => statements.Length == 1);

        await AppendAsync("c");

        Assert.Equal((3, null), ((await WholeAsync()).Events, (await WholeAsync()).Fault));
    }

    [Theory]
    [InlineData("UPDATE audit_segment SET statement=replace(statement, substr(statement, 200, 1), 'A') WHERE tenant=$tenant AND number=1", 1)]
    [InlineData("DELETE FROM audit_segment WHERE tenant=$tenant AND number=1", 1)]
    [InlineData("DELETE FROM audit_segment WHERE tenant=$tenant AND number=2", 3)]
    public async Task A_header_that_was_tampered_with_is_named_by_its_first_record(string tampering, long firstBad)
    {
        await SealOneAsync("a", "b");
        await SealOneAsync("c");
        await SealOneAsync("d");

        await _cluster.TamperWithAuditAsync(tampering, _tenant);

        Assert.Equal(firstBad, (await Stream.VerifyAsync()).FirstBad);
    }

    [Fact]
    public async Task A_chain_computed_anew_under_sealed_headers_is_named()
    {
        await SealOneAsync("a", "b");
        await SealOneAsync("c", "d");
        var head = Convert.FromHexString((await Stream.ReadAsync(2, 1))[0].Hash);
        for (var sequence = 3; sequence <= 4; sequence++)
        {
            AuditChain.Next(head, Encoding.UTF8.GetBytes(Record("forged")), head);
            await _cluster.TamperWithAuditAsync($"UPDATE audit_event SET record=CAST('{Record("forged")}' AS BLOB), hash=x'{Convert.ToHexString(head)}' WHERE tenant=$tenant AND seq={sequence}", _tenant);
        }

        await _cluster.DeactivateAsync(Stream);
        var result = await Stream.VerifyAsync();

        Assert.Equal((3, AuditFault.Rewritten), (result.FirstBad, result.Fault));
    }

    [Fact]
    public async Task A_cut_end_is_noticed_by_its_segments_though_the_grain_started_after_it()
    {
        await SealOneAsync("a", "b");
        await _cluster.TamperWithAuditAsync("DELETE FROM audit_event WHERE tenant=$tenant AND seq=2", _tenant);
        await _cluster.DeactivateAsync(Stream);

        var result = await Stream.VerifyAsync();

        Assert.Equal((2, AuditFault.Truncated), (result.FirstBad, result.Fault));
    }

    [Fact]
    public async Task A_checkpoint_is_the_signed_end()
    {
        await SealOneAsync("a");
        await AppendAsync("b");

        Assert.True((await Stream.CheckpointAsync()).Try(out var compact, out _));

        Assert.True(AuditStatement.TryRead(compact, AuditCheckpoint.Type, out var statement));
        Assert.True(AuditCheckpoint.TryRead(statement.Payload, out var checkpoint));
        Assert.Equal((2, (await Stream.ReadAsync(2, 1))[0].Hash, 1), (checkpoint.Sequence, checkpoint.Hash, checkpoint.Segments));
        Assert.True(AuditKeyChain.TryRead(await Signer.KeysAsync(), out var keys));
        Assert.Null(keys.Check(statement, checkpoint.At, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_bundle_is_signed_by_its_hash_alone(string sha256) => Assert.NotNull((await Stream.SignBundleAsync(sha256)).Problem);

    [Theory]
    [InlineData("audit-key")]
    [InlineData("at+jwt")]
    public async Task The_ring_signs_statements_of_trails_and_nothing_else(string type)
    {
        await AppendAsync("a");

        var answer = await _cluster.AsGrainAsync(Stream, factory => new Abstractions.Tenancy.TenantGrains(factory).Platform.Get<IAuditSignerGrain>("audit-keys").SignAsync(type, "{}"u8.ToArray()));

        Assert.NotNull(answer.Problem);
    }

    [Fact]
    public async Task A_new_key_is_signed_by_the_one_before_whose_private_part_is_then_gone()
    {
        await SealOneAsync("a");
        var before = (await Signer.KeysAsync()).Length;
        var secret = Assert.Single(_cluster.Secrets.Names, IsAuditKey);

        Assert.True((await Ring.RotateAsync(GrainCluster.CallerOf(TenantId.Platform))).Try(out var keys, out _));

        Assert.Equal(before + 1, keys.Length);
        Assert.True(AuditKeyChain.TryRead(keys, out var chain));
        Assert.Equal(chain.Keys[^2].Kid, chain.Newest.Previous);
        Assert.NotEqual(secret, Assert.Single(_cluster.Secrets.Names, IsAuditKey));
        await SealOneAsync("b");
        Assert.Equal((2, 2, null), await WholeAsync());
    }

    private static bool IsAuditKey(string name) => name.StartsWith("audit-sys-", StringComparison.Ordinal);

    private IAuditSignerGrain Signer => _cluster.For(TenantId.Platform).Get<IAuditSignerGrain>("audit-keys");

    private IAuditKeyRingGrain Ring => _cluster.For(TenantId.Platform).Get<IAuditKeyRingGrain>("audit-keys");

    private async Task SealBehindItsBackAsync()
    {
        var signed = await Stream.CheckpointAsync();
        Assert.Null(signed.Problem);
        var record = Assert.Single(await Stream.ReadAsync(1, 10));
        var tree = new MerkleFrontier();
        tree.Add(Encoding.UTF8.GetBytes(record.Record));
        var now = _cluster.Clock.GetUtcNow();
        var header = new SegmentHeader
        {
            V = 1,
            Tenant = _tenant.ToString(),
            Shard = "0",
            Number = 1,
            First = 1,
            Last = 1,
            FirstHash = record.Hash,
            LastHash = record.Hash,
            Root = Convert.ToHexStringLower(tree.Root()),
            Previous = SegmentHeader.None,
            Opened = now,
            Closed = now,
            Sealed = now,
        };
        var statement = await _cluster.AsGrainAsync(Stream, factory => new Abstractions.Tenancy.TenantGrains(factory).Platform.Get<IAuditSignerGrain>("audit-keys").SignAsync(SegmentHeader.Type, header.Write()));
        Assert.True(statement.Try(out var compact, out _));
        await _cluster.AuditLog.SealAsync(_tenant, "0", new Platform.Grains.Audit.AuditSegmentRow(1, 1, 1, now, compact), CancellationToken.None);
    }

    private async Task SealOneAsync(params string[] what)
    {
        var before = (await Stream.SegmentsAsync(1, 100)).Length;
        await AppendAsync(what);
        _cluster.Clock.Advance(MoreThanASegment);
        await SealedAsync(before + 1);
    }

    private async Task<SegmentHeader[]> SealedAsync(int count)
    {
        var statements = await GrainCluster.EventuallyAsync(() => Stream.SegmentsAsync(1, 100), found => found.Length >= count);
        return [.. statements.Select(Header)];
    }

    private static SegmentHeader Header(string statement)
    {
        Assert.True(AuditStatement.TryRead(statement, SegmentHeader.Type, out var read));
        return SegmentHeader.TryRead(read.Payload, out var header) ? header : throw new InvalidOperationException(statement);
    }

    private async Task<(long Events, long Segments, string? Fault)> WholeAsync()
    {
        await _cluster.DeactivateAsync(Stream);
        var result = await Stream.VerifyAsync();
        return (result.Events, result.Segments, result.Fault);
    }

    private async Task FillAsync(int count)
    {
        foreach (var part in Enumerable.Range(1, count).Chunk(1_000))
        {
            await AppendAsync([.. part.Select(i => $"e{i}")]);
        }
    }

    private Task AppendAsync(params string[] what) => Stream.AppendAsync(
        new AuditBatch([.. what.Select(text => new AuditEvent(Guid.CreateVersion7(), _cluster.Clock.GetUtcNow(), Encoding.UTF8.GetBytes(Record(text))))]));

    private string Record(string what) => $$"""{"tenant":"{{_tenant}}","what":"{{what}}"}""";
}

using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit;

/// <summary>What every store of platform checkpoints promises.</summary>
[Trait("Control", "AL-4")]
public abstract class AuditCheckpointsContract : IAsyncLifetime
{
    private IAuditLog _log = null!;
    private IAuditCheckpoints _checkpoints = null!;

    private protected abstract Task<(IAuditLog Log, IAuditCheckpoints Checkpoints)> OpenAsync();

    private protected abstract void Close();

    public async ValueTask InitializeAsync() => (_log, _checkpoints) = await OpenAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        (_log as IDisposable)?.Dispose();
        Close();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Before_the_first_there_is_none()
    {
        Assert.Null(await _checkpoints.LastAsync(CancellationToken.None));
        Assert.Empty(await _checkpoints.HeadsAsync(CancellationToken.None));
        Assert.Empty(await EndsAsync());
    }

    [Fact]
    public async Task The_ends_of_all_trails_are_told_in_order_and_in_pages()
    {
        var tenants = new[] { "bbbbbbbb", "_sys", "aaaaaaaa", "cccccccc" };
        foreach (var (tenant, count) in tenants.Zip([3, 1, 2, 4]))
        {
            await _log.AppendAsync(Id(tenant), "0", Rows(1, count), CancellationToken.None);
        }

        var first = await _checkpoints.EndsAsync(null, 2, CancellationToken.None);
        var second = await _checkpoints.EndsAsync((first[^1].Tenant, first[^1].Shard), 2, CancellationToken.None);

        Assert.Equal([("_sys", 1), ("aaaaaaaa", 2), ("bbbbbbbb", 3), ("cccccccc", 4)], first.Concat(second).Select(end => (end.Tenant, end.Head.Sequence)));
        Assert.Equal(Rows(1, 3)[^1].Hash, second[0].Head.Hash);
        Assert.Empty(await _checkpoints.EndsAsync(("cccccccc", "0"), 2, CancellationToken.None));
    }

    [Fact]
    public async Task A_trail_says_since_when_it_is_not_sealed()
    {
        await _log.AppendAsync(Tenant, "0", Rows(1, 3), CancellationToken.None);
        Assert.Equal(Row(1).At, Assert.Single(await EndsAsync()).OpenSince);

        await _log.SealAsync(Tenant, "0", new AuditSegmentRow(1, 1, 2, DateTimeOffset.UnixEpoch, "a"), CancellationToken.None);
        Assert.Equal(Row(3).At, Assert.Single(await EndsAsync()).OpenSince);

        await _log.SealAsync(Tenant, "0", new AuditSegmentRow(2, 3, 3, DateTimeOffset.UnixEpoch, "b"), CancellationToken.None);
        Assert.Null(Assert.Single(await EndsAsync()).OpenSince);
    }

    [Fact, Trait("Control", "AL-2")]
    public async Task A_trail_none_of_whose_records_is_kept_is_told_in_its_place()
    {
        foreach (var tenant in new[] { "aaaaaaaa", "bbbbbbbb", "cccccccc" })
        {
            await _log.AppendAsync(Id(tenant), "0", Rows(1, 3), CancellationToken.None);
        }

        var pruned = new PrunedTrail { V = 1, Tenant = "bbbbbbbb", Shard = "0", Segment = 1, Through = 3, Hash = new string('b', 64), Days = 90, At = DateTimeOffset.UnixEpoch };
        await _log.PruneAsync(Id("bbbbbbbb"), "0", 3, AuditStatement.Compose(AuditStatement.SigningInput(PrunedTrail.Type, "kid", pruned.Write()), new byte[64]), CancellationToken.None);
        await _log.PruneAsync(Id("cccccccc"), "0", 1, "of one", CancellationToken.None);

        var first = await _checkpoints.EndsAsync(null, 2, CancellationToken.None);
        var second = await _checkpoints.EndsAsync((first[^1].Tenant, first[^1].Shard), 2, CancellationToken.None);

        Assert.Equal(
            [("aaaaaaaa", 3, Row(1).At), ("bbbbbbbb", 3, null), ("cccccccc", 3, Row(2).At)],
            first.Concat(second).Select(end => (end.Tenant, end.Head.Sequence, end.Oldest)));
        Assert.Equal(new string('b', 64), Convert.ToHexStringLower(first[1].Head.Hash));
    }

    [Fact]
    public async Task Checkpoints_are_read_as_they_were_stored()
    {
        var rows = Enumerable.Range(1, 3).Select(number => Checkpoint(number)).ToArray();
        foreach (var row in rows)
        {
            await _checkpoints.SaveAsync(row, [], CancellationToken.None);
        }

        Assert.Equal(rows[^1], await _checkpoints.LastAsync(CancellationToken.None));
        Assert.Equal(rows[1..], await _checkpoints.CheckpointsAsync(2, 5, CancellationToken.None));
    }

    [Fact]
    public async Task Heads_are_those_of_the_last_checkpoint()
    {
        await _checkpoints.SaveAsync(Checkpoint(1), [Head("bbbbbbbb", 1), Head("aaaaaaaa", 1), Head("_sys", 1)], CancellationToken.None);
        await _checkpoints.SaveAsync(Checkpoint(2), [Head("aaaaaaaa", 2), Head("bbbbbbbb", 0), Head("cccccccc", 1)], CancellationToken.None);

        Assert.Equal([Head("_sys", 1), Head("aaaaaaaa", 2), Head("cccccccc", 1)], await _checkpoints.HeadsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_number_that_exists_fences_a_second_writer_and_nothing_is_changed()
    {
        await _checkpoints.SaveAsync(Checkpoint(1), [Head("aaaaaaaa", 1)], CancellationToken.None);

        await Assert.ThrowsAsync<AuditConflictException>(() => _checkpoints.SaveAsync(Checkpoint(1) with { Statement = "other" }, [Head("aaaaaaaa", 9)], CancellationToken.None).AsTask());

        Assert.Equal(Checkpoint(1), await _checkpoints.LastAsync(CancellationToken.None));
        Assert.Equal([Head("aaaaaaaa", 1)], await _checkpoints.HeadsAsync(CancellationToken.None));
    }

    private ValueTask<IReadOnlyList<TrailEnd>> EndsAsync() => _checkpoints.EndsAsync(null, 100, CancellationToken.None);

    private static PlatformCheckpointRow Checkpoint(long number) => new(number, DateTimeOffset.UnixEpoch.AddMinutes(number), $"statement {number}");

    private static TrailHead Head(string tenant, long sequence) => new() { Tenant = tenant, Shard = "0", Sequence = sequence, Hash = new string('a', 64) };

    private static TenantId Id(string text) => TenantId.TryParse(text, out var id) ? id : throw new ArgumentException(text, nameof(text));
}

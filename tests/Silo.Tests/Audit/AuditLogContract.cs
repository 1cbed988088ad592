using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit;

/// <summary>What every audit log promises.</summary>
public abstract class AuditLogContract : IAsyncLifetime
{
    private IAuditLog _log = null!;

    private protected abstract Task<IAuditLog> OpenAsync();

    private protected abstract void Close();

    public async ValueTask InitializeAsync() => _log = await OpenAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        (_log as IDisposable)?.Dispose();
        Close();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_empty_shard_has_sequence_0_and_the_genesis_hash()
    {
        var head = await _log.HeadAsync(Tenant, "0", CancellationToken.None);

        Assert.Equal((0L, Convert.ToHexString(new byte[32])), (head.Sequence, Convert.ToHexString(head.Hash)));
    }

    [Fact, Trait("Control", "AL-1")]
    public async Task Rows_are_read_as_they_were_appended()
    {
        var row = Row(1) with { At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1234567) };
        await AppendAsync(row);

        var read = Assert.Single(await ReadAsync());

        Assert.Equivalent(row, read, strict: true);
    }

    [Fact]
    public async Task Rows_are_read_oldest_first_in_pages()
    {
        await AppendAsync(Rows(1, 10));

        var page = await _log.ReadAsync(Tenant, "0", from: 4, count: 3, CancellationToken.None);

        Assert.Equal([4, 5, 6], page.Select(row => row.Sequence));
    }

    [Fact]
    public async Task The_head_is_the_last_row()
    {
        var rows = Rows(1, 10);
        await AppendAsync(rows);

        var head = await _log.HeadAsync(Tenant, "0", CancellationToken.None);

        Assert.Equal((10L, Convert.ToHexString(rows[^1].Hash)), (head.Sequence, Convert.ToHexString(head.Hash)));
    }

    [Fact, Trait("Control", "AL-4")]
    public async Task A_sequence_that_exists_fences_a_second_writer()
    {
        await AppendAsync(Rows(1, 3));

        await Assert.ThrowsAsync<AuditConflictException>(() => AppendAsync(Row(3)));
    }

    [Fact]
    public async Task An_event_that_is_stored_already_is_refused_in_any_shard()
    {
        var id = Guid.NewGuid();
        await AppendAsync(Row(1, id));

        await Assert.ThrowsAsync<AuditConflictException>(() => _log.AppendAsync(Tenant, "1", [Row(1, id)], CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task Two_tenants_may_hold_the_same_event_id()
    {
        var id = Guid.NewGuid();
        await AppendAsync(Row(1, id));

        await _log.AppendAsync(TenantId.Platform, "0", [Row(1, id)], CancellationToken.None);

        Assert.Equal(1, (await _log.HeadAsync(TenantId.Platform, "0", CancellationToken.None)).Sequence);
    }

    [Fact]
    public async Task Of_a_batch_with_a_conflict_at_its_end_nothing_is_stored()
    {
        var id = Guid.NewGuid();
        await AppendAsync(Row(1, id));

        await Assert.ThrowsAsync<AuditConflictException>(() => AppendAsync([.. Rows(2, 5), Row(7, id)]));

        Assert.Equal(1, (await _log.HeadAsync(Tenant, "0", CancellationToken.None)).Sequence);
    }

    [Fact]
    public async Task The_event_ids_of_a_refused_batch_are_free_again()
    {
        await AppendAsync(Row(1));
        var refused = Row(2);
        await Assert.ThrowsAsync<AuditConflictException>(() => AppendAsync(refused, Row(1)));

        await AppendAsync(refused);

        Assert.Equal(2, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task A_conflict_of_one_writer_does_not_touch_the_others()
    {
        await _log.AppendAsync(Tenant, "50", [Row(1)], CancellationToken.None);

        var appends = Enumerable.Range(0, 100).Select(i => _log.AppendAsync(Tenant, $"{i}", [Row(1)], CancellationToken.None).AsTask()).ToArray();
        await Task.WhenAny(Task.WhenAll(appends));

        Assert.Equal([50], Enumerable.Range(0, 100).Where(i => appends[i].IsFaulted));
    }

    [Fact, Trait("Control", "AL-3"), Trait("Control", "AZ-4")]
    public async Task Many_tenants_at_once_each_get_their_own_chain()
    {
        var tenants = Enumerable.Range(0, 50).Select(_ => TenantId.New()).ToArray();

        await Task.WhenAll(tenants.Select(async tenant =>
        {
            for (var first = 1; first <= 100; first += 10)
            {
                await _log.AppendAsync(tenant, "0", Rows(first, 10), CancellationToken.None);
            }
        }));

        Assert.All(tenants, tenant => Assert.Equal(
            Enumerable.Range(1, 100).Select(i => (long)i),
            _log.ReadAsync(tenant, "0", 1, 1000, CancellationToken.None).AsTask().GetAwaiter().GetResult().Select(row => row.Sequence)));
    }

    [Fact, Trait("Control", "AL-2")]
    public async Task Records_whose_time_is_over_are_deleted_from_the_front_and_of_one_trail()
    {
        await AppendAsync(Rows(1, 10));
        await _log.AppendAsync(TenantId.Platform, "0", Rows(1, 10), CancellationToken.None);

        await _log.PruneAsync(Tenant, "0", 4, "statement", CancellationToken.None);
        await _log.PruneAsync(Tenant, "0", 4, "statement", CancellationToken.None);

        Assert.Equal([5, 6, 7, 8, 9, 10], (await ReadAsync()).Select(row => row.Sequence));
        Assert.Equal("statement", await _log.PrunedAsync(Tenant, "0", CancellationToken.None));
        Assert.Null(await _log.PrunedAsync(TenantId.Platform, "0", CancellationToken.None));
        Assert.Equal(10, (await _log.ReadAsync(TenantId.Platform, "0", 1, 100, CancellationToken.None)).Count);
    }

    [Fact, Trait("Control", "AL-2")]
    public async Task More_records_than_one_transaction_takes_are_deleted()
    {
        await AppendAsync(Rows(1, 9_000));

        await _log.PruneAsync(Tenant, "0", 8_999, "statement", CancellationToken.None);

        Assert.Equal(9_000, Assert.Single(await ReadAsync()).Sequence);
    }

    [Fact, Trait("Control", "AL-2")]
    public async Task A_statement_of_fewer_records_does_not_replace_one_of_more()
    {
        await AppendAsync(Rows(1, 10));
        await _log.PruneAsync(Tenant, "0", 4, "four", CancellationToken.None);

        await _log.PruneAsync(Tenant, "0", 3, "three", CancellationToken.None);

        Assert.Equal("four", await _log.PrunedAsync(Tenant, "0", CancellationToken.None));
    }

    [Fact, Trait("Control", "AL-2")]
    public async Task A_trail_without_records_ends_where_the_statement_says()
    {
        var rows = Rows(1, 3);
        await AppendAsync(rows);
        var pruned = new PrunedTrail { V = 1, Tenant = Tenant.ToString(), Shard = "0", Segment = 1, Through = 3, Hash = Convert.ToHexStringLower(rows[^1].Hash), Days = 90, At = DateTimeOffset.UnixEpoch };
        var statement = AuditStatement.Compose(AuditStatement.SigningInput(PrunedTrail.Type, "kid", pruned.Write()), new byte[64]);

        await _log.PruneAsync(Tenant, "0", 3, statement, CancellationToken.None);

        var head = await _log.HeadAsync(Tenant, "0", CancellationToken.None);
        Assert.Equal((3L, pruned.Hash), (head.Sequence, Convert.ToHexStringLower(head.Hash)));
    }

    [Fact]
    public async Task It_knows_which_events_are_stored()
    {
        var rows = Rows(1, 3);
        await AppendAsync(rows);

        var existing = await _log.ExistingAsync(Tenant, [rows[1].EventId, Guid.NewGuid()], CancellationToken.None);

        Assert.Equal([rows[1].EventId], existing);
    }

    [Fact]
    public async Task It_does_not_tell_which_events_another_tenant_has()
    {
        var row = Row(1);
        await AppendAsync(row);

        Assert.Empty(await _log.ExistingAsync(TenantId.Platform, [row.EventId], CancellationToken.None));
    }

    [Fact]
    public async Task A_hash_of_the_wrong_size_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(Row(1) with { Hash = new byte[31] }));

    [Fact, Trait("Control", "AL-5")]
    public async Task An_intent_without_an_outcome_is_there_with_all_that_is_to_be_told()
    {
        var intent = Intent(Guid.CreateVersion7());
        await IntendAsync(intent);

        var stored = Assert.Single(await IntentsAsync());

        Assert.Equal((Tenant, "0", intent.EventId, intent.At), (stored.Tenant, stored.Shard, stored.Event.EventId, stored.Event.At));
        Assert.Equal(intent.Record, stored.Event.Record);
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task The_outcome_ends_its_intent_and_no_other()
    {
        var (first, second) = (Row(1), Row(2));
        await IntendAsync(Intent(first.EventId), Intent(second.EventId));

        await AppendAsync(first);

        Assert.Equal([AuditIntent.Partner(second.EventId)], (await IntentsAsync()).Select(intent => intent.Event.EventId));
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task The_outcome_in_another_trail_ends_the_intent()
    {
        var row = Row(1);
        await IntendAsync(Intent(row.EventId));

        await _log.AppendAsync(TenantId.Platform, "0", [row], CancellationToken.None);

        Assert.Empty(await IntentsAsync());
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task An_intent_that_became_an_event_is_over()
    {
        var intent = Intent(Guid.CreateVersion7());
        await IntendAsync(intent);

        await AppendAsync(Row(1, intent.EventId));

        Assert.Empty(await IntentsAsync());
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task An_append_that_is_refused_ends_no_intent()
    {
        var row = Row(1);
        await IntendAsync(Intent(row.EventId));
        await AppendAsync(Row(1));

        await Assert.ThrowsAsync<AuditConflictException>(() => AppendAsync(row));

        Assert.Single(await IntentsAsync());
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task An_intent_that_comes_again_is_stored_once_and_after_its_outcome_not_at_all()
    {
        var row = Row(1);
        await IntendAsync(Intent(row.EventId));
        await IntendAsync(Intent(row.EventId));
        Assert.Single(await IntentsAsync());

        await AppendAsync(row);
        await IntendAsync(Intent(row.EventId));

        Assert.Empty(await IntentsAsync());
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task Intents_of_a_later_moment_are_left_out()
    {
        await IntendAsync(Intent(Guid.CreateVersion7()) with { At = DateTimeOffset.UnixEpoch.AddMinutes(1) });

        Assert.Empty(await _log.IntentsAsync(DateTimeOffset.UnixEpoch.AddMinutes(1), 10, CancellationToken.None));
        Assert.Single(await _log.IntentsAsync(DateTimeOffset.UnixEpoch.AddMinutes(1).AddTicks(1), 10, CancellationToken.None));
    }

    private static AuditEvent Intent(Guid outcome) => new(AuditIntent.Partner(outcome), DateTimeOffset.UnixEpoch.AddTicks(7), "{\"outcome\":\"unfinished\"}"u8.ToArray());

    private Task IntendAsync(params AuditEvent[] intents) => _log.IntendAsync(Tenant, "0", intents, CancellationToken.None).AsTask();

    private ValueTask<IReadOnlyList<AuditIntentRow>> IntentsAsync() => _log.IntentsAsync(DateTimeOffset.MaxValue.AddYears(-1000), 100, CancellationToken.None);

    private Task AppendAsync(params AuditRow[] rows) => _log.AppendAsync(Tenant, "0", rows, CancellationToken.None).AsTask();

    private ValueTask<IReadOnlyList<AuditRow>> ReadAsync() => _log.ReadAsync(Tenant, "0", 1, 1000, CancellationToken.None);
}

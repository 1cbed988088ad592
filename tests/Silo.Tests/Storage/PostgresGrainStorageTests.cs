using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Storage;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

/// <summary>The contract on PostgreSQL, and what several silos on one database ask of it.</summary>
public sealed class PostgresGrainStorageTests : GroupCommitGrainStorageTests
{
    private PostgresGrainStorageFixture _postgres = null!;

    private protected override async Task<GrainStorageFixture> CreateAsync() => _postgres = await PostgresGrainStorageFixture.CreateAsync();

    [Fact]
    public async Task Of_two_silos_that_change_a_row_at_once_one_is_refused()
    {
        using var other = await _postgres.AnotherAsync();
        var id = GrainStorageFixture.Id("item", "1");
        var mine = await _postgres.WriteAsync(id, new Item { Text = "first" });
        var theirs = new GrainState<Item>(new Item { Text = "theirs" }, mine.ETag);

        var writes = new[]
        {
            _postgres.Storage.WriteStateAsync("state", id, mine),
            GrainStorageFixture.StorageOn(other, _postgres.Clock).WriteStateAsync("state", id, theirs),
        };
        await Task.WhenAny(Task.WhenAll(writes));

        Assert.Equal(1, writes.Count(write => write.Exception?.InnerException is InconsistentStateException));
    }

    [Fact]
    public async Task Two_silos_that_write_the_same_rows_in_opposite_order_lose_none_and_do_not_stand_still()
    {
        using var other = await _postgres.AnotherAsync();
        var keys = Enumerable.Range(0, 300).Select(i => new StateKey(GrainStorageFixture.Tenant, "item", $"{i}", "state")).ToArray();

        var mine = keys.Select(key => TryAsync(_postgres.Table, key)).ToArray();
        var theirs = keys.Reverse().Select(key => TryAsync(other, key)).Reverse().ToArray();
        var taken = (await Task.WhenAll(mine)).Zip(await Task.WhenAll(theirs));

        Assert.All(taken, pair => Assert.True(pair.First ^ pair.Second, "A row has one writer that made it."));
    }

    [Fact]
    public async Task Changes_of_one_row_in_one_batch_follow_one_another()
    {
        var id = new StateKey(GrainStorageFixture.Tenant, "item", "1", "state");
        using var database = await PostgresDatabase.OpenAsync(await Postgres.NewDatabaseAsync(), CancellationToken.None);
        using var writer = new PostgresGrainStateWriter(database);
        var batch = new[]
        {
            new StateWrite(id, StateChange.Insert) { Version = 1, Format = "json/1" },
            new StateWrite(id, StateChange.Update) { Expected = 1, Version = 2, Format = "json/1" },
            new StateWrite(id, StateChange.Update) { Expected = 1, Version = 2, Format = "json/1" },
            new StateWrite(id, StateChange.Delete) { Expected = 2 },
            new StateWrite(id, StateChange.Insert) { Version = 9, Format = "json/1" },
        };
        var refusals = new Exception?[batch.Length];

        writer.Commit(batch, refusals);

        Assert.Equal([false, false, true, false, false], refusals.Select(refusal => refusal is InconsistentStateException));
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_server_that_went_away_is_told_to_the_writer_and_later_writes_succeed()
    {
        var connectionString = await Postgres.NewDatabaseAsync();
        using var database = await PostgresDatabase.OpenAsync(connectionString, CancellationToken.None);
        using var table = new PostgresGrainStateTable(database, NullLogger<PostgresGrainStateTable>.Instance);
        var name = Postgres.NameOf(connectionString);
        await table.WriteAsync(Insert("1"), CancellationToken.None);
        await Postgres.OperateAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await Postgres.CutAsync(connectionString);

        await Assert.ThrowsAsync<StorageFailedException>(() => table.WriteAsync(Insert("2"), CancellationToken.None));

        await Postgres.OperateAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS true");
        await table.WriteAsync(Insert("3"), CancellationToken.None);
        Assert.Equal(["1", "3"], (await table.ListAsync(GrainStorageFixture.Tenant, "item", after: null, 10, CancellationToken.None)).Select(row => row.Key));
    }

    [Fact]
    public async Task Connections_that_were_cut_are_made_again_without_a_word()
    {
        await _postgres.WriteAsync(GrainStorageFixture.Id("item", "1"), new Item());
        await _postgres.CutAsync();

        await _postgres.Table.WriteAsync(Insert("2"), CancellationToken.None);
    }

    private static StateWrite Insert(string key) => new(new StateKey(GrainStorageFixture.Tenant, "item", key, "state"), StateChange.Insert) { Version = 1, Format = "json/1", Payload = "{}"u8.ToArray() };

    private static async Task<bool> TryAsync(IGrainStateTable table, StateKey key)
    {
        try
        {
            await table.WriteAsync(new StateWrite(key, StateChange.Insert) { Version = 1, Format = "json/1" }, CancellationToken.None);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}

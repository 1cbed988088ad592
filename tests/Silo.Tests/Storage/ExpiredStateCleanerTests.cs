using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Storage;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

/// <summary>For every database that grain state can lie in.</summary>
public abstract class ExpiredStateCleanerTests : IAsyncLifetime
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private GrainStorageFixture _fixture = null!;

    private Orleans.Runtime.GrainId Id { get; } = GrainStorageFixture.Id("item", "1");

    private protected abstract Task<GrainStorageFixture> CreateAsync();

    public async ValueTask InitializeAsync() => _fixture = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_fixture is not null)
        {
            await _fixture.DisposeAsync();
        }
    }

    [Fact, Trait("Control", "RS-3")]
    public async Task A_row_that_expired_more_than_ten_minutes_ago_is_deleted()
    {
        await WriteExpiringAsync();
        _fixture.Clock.Advance(Life + ExpiredStateCleaner.Grace);

        await SweepAsync();

        Assert.False((await _fixture.ReadAsync<ShownItem>(Id)).RecordExists);
    }

    [Fact]
    public async Task A_row_that_expired_just_now_stays()
    {
        await WriteExpiringAsync();
        _fixture.Clock.Advance(Life + ExpiredStateCleaner.Grace - TimeSpan.FromMilliseconds(1));

        await SweepAsync();

        Assert.True((await _fixture.ReadAsync<ShownItem>(Id)).RecordExists);
    }

    [Fact]
    public async Task A_row_without_expiry_stays()
    {
        await _fixture.WriteAsync(Id, new Item());
        _fixture.Clock.Advance(TimeSpan.FromDays(1000));

        await SweepAsync();

        Assert.True((await _fixture.ReadAsync<Item>(Id)).RecordExists);
    }

    [Fact]
    public async Task A_row_that_was_written_after_the_cleaner_saw_it_stays()
    {
        var state = await WriteExpiringAsync();
        _fixture.Clock.Advance(Life + ExpiredStateCleaner.Grace);
        var seen = await _fixture.Table.ExpiredAsync(_fixture.Clock.GetUtcNow().ToUnixTimeMilliseconds(), 10, CancellationToken.None);
        await _fixture.Storage.WriteStateAsync("state", Id, state);

        await _fixture.Table.WriteAsync(new StateWrite(seen[0].Key, StateChange.Sweep) { Expected = seen[0].Version }, CancellationToken.None);

        Assert.True((await _fixture.ReadAsync<ShownItem>(Id)).RecordExists);
    }

    [Fact]
    public async Task More_rows_than_a_batch_are_deleted_in_one_round()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => WriteExpiringAsync($"{i}")));
        _fixture.Clock.Advance(Life + ExpiredStateCleaner.Grace);

        Assert.Equal(1000, await SweepAsync());
    }

    [Fact]
    public async Task An_activation_that_outlived_its_swept_row_can_write_again()
    {
        var state = await WriteExpiringAsync();
        _fixture.Clock.Advance(Life + ExpiredStateCleaner.Grace);
        await SweepAsync();

        state.State = new ShownItem { Text = "anew" };
        await _fixture.Storage.WriteStateAsync("state", Id, state);

        Assert.Equal("anew", (await _fixture.ReadAsync<ShownItem>(Id)).State!.Text);
    }

    [Fact]
    public async Task An_activation_that_outlived_its_swept_row_does_not_overwrite_a_newer_one()
    {
        var state = await WriteExpiringAsync();
        _fixture.Clock.Advance(Life + ExpiredStateCleaner.Grace);
        await SweepAsync();
        await _fixture.WriteAsync(Id, new ShownItem { Text = "newer" });

        await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.Storage.WriteStateAsync("state", Id, state));
    }

    [Fact]
    public async Task An_activation_that_outlived_its_swept_row_can_clear_it()
    {
        var state = await WriteExpiringAsync();
        _fixture.Clock.Advance(Life + ExpiredStateCleaner.Grace);
        await SweepAsync();

        await _fixture.Storage.ClearStateAsync("state", Id, state);

        Assert.False(state.RecordExists);
    }

    private Task<GrainState<ShownItem>> WriteExpiringAsync(string key = "1") =>
        _fixture.WriteAsync(GrainStorageFixture.Id("item", key), new ShownItem { ExpiresAt = _fixture.Clock.GetUtcNow() + Life });

    private Task<int> SweepAsync() =>
        new ExpiredStateCleaner(_fixture.Table, _fixture.Clock, NullLogger<ExpiredStateCleaner>.Instance).SweepAsync(CancellationToken.None);
}

public sealed class SqliteExpiredStateCleanerTests : ExpiredStateCleanerTests
{
    private protected override Task<GrainStorageFixture> CreateAsync() => Task.FromResult<GrainStorageFixture>(new SqliteGrainStorageFixture());
}

public sealed class PostgresExpiredStateCleanerTests : ExpiredStateCleanerTests
{
    private protected override async Task<GrainStorageFixture> CreateAsync() => await PostgresGrainStorageFixture.CreateAsync();
}

using Orleans;
using Orleans.Storage;
using Platform.Grains.Storage;

namespace Platform.Silo.Tests.Storage;

/// <summary>What a tenant's deletion asks of every database that grain state can lie in.</summary>
public abstract class TenantRowsTests : IAsyncLifetime
{
    /// <summary>Ids of which one begins the other, and a key that looks like the other's.</summary>
    private const string Mine = "acmeacme", Longer = "acmeacme2";

    private GrainStorageFixture _fixture = null!;

    private protected abstract Task<GrainStorageFixture> CreateAsync();

    private ITenantRows Rows => _fixture.Table;

    public async ValueTask InitializeAsync() => _fixture = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_fixture is not null)
        {
            await _fixture.DisposeAsync();
        }
    }

    [Fact]
    public async Task Rows_are_counted_by_their_kind()
    {
        await GivenAsync(Mine, "item", "1", "2", "3");
        await GivenAsync(Mine, "thing", "1");
        await GivenAsync(Longer, "item", "1");

        Assert.Equal([new RowCount("item", 3), new RowCount("thing", 1)], await Rows.CountAsync(Mine, Cancel));
        Assert.Empty(await Rows.CountAsync("nobody00", Cancel));
    }

    [Fact]
    public async Task All_of_one_tenant_goes_and_nothing_of_another_whose_id_begins_like_it()
    {
        await GivenAsync(Mine, "item", "1", "2", "3", Longer, $"{Longer}/1");
        await GivenAsync(Longer, "item", "1", Mine, $"{Mine}/1");
        await GivenAsync("_sys", "item", Mine, $"{Mine}/1");
        await Rows.CloseAsync(Mine, Cancel);

        Assert.Equal(2, await Rows.RemoveAsync(Mine, 2, Cancel));
        Assert.Equal(3, await Rows.RemoveAsync(Mine, 100, Cancel));
        Assert.Equal(0, await Rows.RemoveAsync(Mine, 100, Cancel));

        Assert.Empty(await Rows.CountAsync(Mine, Cancel));
        Assert.Equal([new RowCount("item", 3)], await Rows.CountAsync(Longer, Cancel));
        Assert.Equal([new RowCount("item", 2)], await Rows.CountAsync("_sys", Cancel));
    }

    [Fact]
    public async Task A_grain_that_was_in_memory_does_not_write_its_row_back()
    {
        var held = await _fixture.WriteAsync(Id(Mine, "1"), new Item { Text = "before" });
        var fading = await _fixture.WriteAsync(Id(Mine, "2"), new ShownItem { ExpiresAt = _fixture.Clock.GetUtcNow().AddSeconds(1) });
        await Rows.CloseAsync(Mine, Cancel);
        await Rows.RemoveAsync(Mine, 100, Cancel);
        _fixture.Clock.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.Storage.WriteStateAsync("state", Id(Mine, "1"), held));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.Storage.WriteStateAsync("state", Id(Mine, "2"), fading));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.WriteAsync(Id(Mine, "3"), new Item()));
        Assert.Empty(await Rows.CountAsync(Mine, Cancel));
    }

    [Fact]
    public async Task A_tenant_stays_closed_over_restarts_and_others_go_on_writing()
    {
        await Rows.CloseAsync(Mine, Cancel);
        await Rows.CloseAsync(Mine, Cancel);
        await _fixture.ReopenAsync();

        await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.WriteAsync(Id(Mine, "1"), new Item()));
        await _fixture.WriteAsync(Id(Longer, "1"), new Item());
        await _fixture.WriteAsync(Id("_sys", Mine), new Item());
        Assert.Empty(await Rows.CountAsync(Mine, Cancel));
    }

    [Fact]
    public async Task A_crowd_that_writes_while_the_tenant_is_closed_leaves_nothing_behind()
    {
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(crowd => Task.Run(async () =>
        {
            for (var at = 0; !stop.IsCancellationRequested; at++)
            {
                try
                {
                    await _fixture.WriteAsync(Id(Mine, $"{crowd}-{at}"), new Item());
                }
                catch (InconsistentStateException)
                {
                    // The tenant is closed by now.
                }
            }
        })));
        while (await Rows.CountAsync(Mine, Cancel) is not [{ Rows: > 50 }])
        {
            await Task.Yield();
        }

        await Rows.CloseAsync(Mine, Cancel);
        while (await Rows.RemoveAsync(Mine, 500, Cancel) > 0)
        {
        }

        Assert.Empty(await Rows.CountAsync(Mine, Cancel));
        await stop.CancelAsync();
        await writing;
        Assert.Empty(await Rows.CountAsync(Mine, Cancel));
    }

    [Theory]
    [InlineData("_sys")]
    [InlineData("")]
    [InlineData("acme%")]
    [InlineData("acmeacme/1")]
    public async Task What_is_no_tenant_is_neither_closed_nor_removed(string tenant)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Rows.CloseAsync(tenant, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Rows.RemoveAsync(tenant, 1, Cancel).AsTask());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Orleans.Runtime.GrainId Id(string tenant, string rest) => GrainStorageFixture.Id("item", rest, tenant);

    private async Task GivenAsync(string tenant, string type, params string[] keys)
    {
        foreach (var key in keys)
        {
            await _fixture.WriteAsync(GrainStorageFixture.Id(type, key, tenant), new Item { Text = "x" });
        }
    }
}

public sealed class SqliteTenantRowsTests : TenantRowsTests
{
    private protected override Task<GrainStorageFixture> CreateAsync() => Task.FromResult<GrainStorageFixture>(new SqliteGrainStorageFixture());
}

public sealed class PostgresTenantRowsTests : TenantRowsTests
{
    private protected override async Task<GrainStorageFixture> CreateAsync() => await PostgresGrainStorageFixture.CreateAsync();
}

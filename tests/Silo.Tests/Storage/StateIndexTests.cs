using Platform.Grains.Storage;

namespace Platform.Silo.Tests.Storage;

/// <summary>For every database that grain state can lie in.</summary>
public abstract class StateIndexTests : IAsyncLifetime
{
    private GrainStorageFixture _fixture = null!;

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

    [Fact]
    public async Task A_row_shows_what_its_state_shows_of_itself()
    {
        var expiry = _fixture.Clock.GetUtcNow().AddHours(1);
        await _fixture.WriteAsync(GrainStorageFixture.Id("item", "1"), new ShownItem { Info = "{\"size\":3}", ExpiresAt = expiry });

        Assert.Equal([new StateRow("1", "{\"size\":3}", expiry)], await ListAsync());
    }

    [Fact]
    public async Task A_state_that_shows_nothing_is_listed_by_key()
    {
        await _fixture.WriteAsync(GrainStorageFixture.Id("item", "1"), new Item());

        Assert.Equal([new StateRow("1", null, null)], await ListAsync());
    }

    [Fact]
    public async Task Rows_come_in_ordinal_order()
    {
        await WriteKeysAsync("b", "A", "a", "é", "Z", "10", "9");

        Assert.Equal(["10", "9", "A", "Z", "a", "b", "é"], (await ListAsync()).Select(row => row.Key));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_overlap()
    {
        await WriteKeysAsync("a", "b", "c", "d", "e");

        var first = await ListAsync(count: 2);
        var second = await ListAsync(first[^1].Key, count: 2);
        var third = await ListAsync(second[^1].Key, count: 2);

        Assert.Equal(["a", "b", "c", "d", "e"], first.Concat(second).Concat(third).Select(row => row.Key));
    }

    [Fact]
    public async Task A_grain_that_a_tenant_has_one_of_is_listed_with_an_empty_key()
    {
        await _fixture.WriteAsync(Orleans.Runtime.GrainId.Create("item", GrainStorageFixture.Tenant), new Item());

        Assert.Equal([""], (await ListAsync()).Select(row => row.Key));
    }

    [Fact]
    public async Task A_grain_with_two_states_is_listed_once_with_the_one_that_shows_itself()
    {
        await _fixture.WriteAsync(GrainStorageFixture.Id("item", "1"), new Item(), "a");
        await _fixture.WriteAsync(GrainStorageFixture.Id("item", "1"), new ShownItem { Info = "{}" }, "b");
        await _fixture.WriteAsync(GrainStorageFixture.Id("item", "1"), new Item(), "c");

        Assert.Equal([new StateRow("1", "{}", null)], await ListAsync());
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Rows_of_other_tenants_and_types_are_not_listed()
    {
        await _fixture.WriteAsync(GrainStorageFixture.Id("item", "1", tenant: "bbbbbbbb"), new Item());
        await _fixture.WriteAsync(GrainStorageFixture.Id("other", "1"), new Item());

        Assert.Empty(await ListAsync());
    }

    private ValueTask<IReadOnlyList<StateRow>> ListAsync(string? after = null, int count = 100) =>
        _fixture.Table.ListAsync(GrainStorageFixture.Tenant, "item", after, count, CancellationToken.None);

    private async Task WriteKeysAsync(params string[] keys) =>
        await Task.WhenAll(keys.Select(key => _fixture.WriteAsync(GrainStorageFixture.Id("item", key), new Item())));
}

public sealed class SqliteStateIndexTests : StateIndexTests
{
    private protected override Task<GrainStorageFixture> CreateAsync() => Task.FromResult<GrainStorageFixture>(new SqliteGrainStorageFixture());
}

public sealed class PostgresStateIndexTests : StateIndexTests
{
    private protected override async Task<GrainStorageFixture> CreateAsync() => await PostgresGrainStorageFixture.CreateAsync();
}

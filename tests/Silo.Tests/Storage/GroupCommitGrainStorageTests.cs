using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

/// <summary>What grain storage promises, whatever database is below it.</summary>
public abstract class GroupCommitGrainStorageTests : IAsyncLifetime
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
    public async Task What_was_written_is_read()
    {
        await _fixture.WriteAsync(GrainStorageFixture.Id("item", "1"), new Item { Text = "grüße \0" });

        var read = await _fixture.ReadAsync<Item>(GrainStorageFixture.Id("item", "1"));

        Assert.Equal("grüße \0", read.State!.Text);
    }

    [Fact]
    public async Task A_state_that_was_never_written_is_fresh_and_does_not_exist()
    {
        var read = await _fixture.ReadAsync<Item>(GrainStorageFixture.Id("item", "1"));

        Assert.Equal((false, null, null), (read.RecordExists, read.ETag, read.State!.Text));
    }

    [Fact]
    public async Task The_etag_that_was_read_is_good_for_a_write()
    {
        var id = GrainStorageFixture.Id("item", "1");
        await _fixture.WriteAsync(id, new Item { Text = "old" });
        var read = await _fixture.ReadAsync<Item>(id);

        read.State!.Text = "new";
        await _fixture.Storage.WriteStateAsync("state", id, read);

        Assert.Equal("new", (await _fixture.ReadAsync<Item>(id)).State!.Text);
    }

    [Fact]
    public async Task A_write_changes_the_etag()
    {
        var id = GrainStorageFixture.Id("item", "1");
        var state = await _fixture.WriteAsync(id, new Item());
        var first = state.ETag;

        await _fixture.Storage.WriteStateAsync("state", id, state);

        Assert.NotEqual(first, state.ETag);
    }

    [Fact]
    public async Task A_write_with_an_old_etag_is_refused()
    {
        var id = GrainStorageFixture.Id("item", "1");
        var state = await _fixture.WriteAsync(id, new Item());
        var old = new GrainState<Item>(new Item(), state.ETag);
        await _fixture.Storage.WriteStateAsync("state", id, state);

        var refusal = await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.Storage.WriteStateAsync("state", id, old));

        Assert.Equal(state.ETag, refusal.StoredEtag);
    }

    [Fact]
    public async Task A_first_write_is_refused_when_the_row_exists()
    {
        var id = GrainStorageFixture.Id("item", "1");
        await _fixture.WriteAsync(id, new Item());

        await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.WriteAsync(id, new Item()));
    }

    [Fact]
    public async Task A_conflict_fails_only_its_row_among_many_written_at_once()
    {
        await _fixture.WriteAsync(GrainStorageFixture.Id("item", "50"), new Item());

        var writes = Enumerable.Range(0, 100).Select(i => _fixture.WriteAsync(GrainStorageFixture.Id("item", $"{i}"), new Item())).ToArray();
        await Task.WhenAny(Task.WhenAll(writes));

        Assert.Equal([50], Enumerable.Range(0, 100).Where(i => writes[i].IsFaulted));
    }

    [Fact]
    public async Task Of_two_first_writes_at_once_one_wins()
    {
        var id = GrainStorageFixture.Id("item", "1");

        var writes = new[] { _fixture.WriteAsync(id, new Item()), _fixture.WriteAsync(id, new Item()) };
        await Task.WhenAny(Task.WhenAll(writes));

        Assert.Equal(1, writes.Count(write => write.IsFaulted));
    }

    [Fact]
    public async Task An_etag_that_is_not_ours_is_refused() =>
        await Assert.ThrowsAsync<InconsistentStateException>(() =>
            _fixture.Storage.WriteStateAsync("state", GrainStorageFixture.Id("item", "1"), new GrainState<Item>(new Item(), "W/\"1\"")));

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_grain_does_not_see_the_state_of_another_type_with_its_key()
    {
        // dotnet/orleans #9737
        await _fixture.WriteAsync(GrainStorageFixture.Id("secret", "1"), new Item { Text = "theirs" });

        Assert.False((await _fixture.ReadAsync<Item>(GrainStorageFixture.Id("item", "1"))).RecordExists);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_grain_does_not_see_the_state_of_another_tenant()
    {
        await _fixture.WriteAsync(GrainStorageFixture.Id("item", "1"), new Item { Text = "theirs" });

        Assert.False((await _fixture.ReadAsync<Item>(GrainStorageFixture.Id("item", "1", tenant: "bbbbbbbb"))).RecordExists);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_key_that_names_no_tenant_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _fixture.WriteAsync(GrainId.Create("item", "no-tenant"), new Item()));

    [Fact]
    public async Task A_grain_that_a_tenant_has_one_of_keeps_its_state()
    {
        var id = GrainId.Create("tenant", GrainStorageFixture.Tenant);
        await _fixture.WriteAsync(id, new Item { Text = "one" });

        Assert.Equal("one", (await _fixture.ReadAsync<Item>(id)).State!.Text);
    }

    [Fact]
    public async Task Two_states_of_one_grain_are_apart()
    {
        var id = GrainStorageFixture.Id("item", "1");
        await _fixture.WriteAsync(id, new Item { Text = "a" }, "a");
        await _fixture.WriteAsync(id, new Item { Text = "b" }, "b");

        Assert.Equal("a", (await _fixture.ReadAsync<Item>(id, "a")).State!.Text);
    }

    [Fact]
    public async Task A_cleared_state_is_gone()
    {
        var id = GrainStorageFixture.Id("item", "1");
        var state = await _fixture.WriteAsync(id, new Item());

        await _fixture.Storage.ClearStateAsync("state", id, state);

        Assert.False((await _fixture.ReadAsync<Item>(id)).RecordExists);
    }

    [Fact]
    public async Task Clearing_with_an_old_etag_is_refused()
    {
        var id = GrainStorageFixture.Id("item", "1");
        var state = await _fixture.WriteAsync(id, new Item());
        var old = new GrainState<Item>(new Item(), state.ETag);
        await _fixture.Storage.WriteStateAsync("state", id, state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.Storage.ClearStateAsync("state", id, old));
    }

    [Fact]
    public async Task Clearing_unread_state_is_refused_when_there_is_a_row()
    {
        var id = GrainStorageFixture.Id("item", "1");
        await _fixture.WriteAsync(id, new Item());

        await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.Storage.ClearStateAsync("state", id, new GrainState<Item>()));
    }

    [Fact]
    public async Task Clearing_what_is_not_there_is_fine()
    {
        var state = new GrainState<Item>();

        await _fixture.Storage.ClearStateAsync("state", GrainStorageFixture.Id("item", "1"), state);

        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task An_etag_from_before_a_clear_does_not_fit_the_row_made_after_it()
    {
        var id = GrainStorageFixture.Id("item", "1");
        var state = await _fixture.WriteAsync(id, new Item());
        var old = new GrainState<Item>(new Item(), state.ETag);
        await _fixture.Storage.ClearStateAsync("state", id, state);
        await _fixture.WriteAsync(id, new Item());

        await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.Storage.WriteStateAsync("state", id, old));
    }

    [Fact]
    public async Task A_write_after_another_activation_cleared_the_state_is_refused()
    {
        var id = GrainStorageFixture.Id("item", "1");
        var state = await _fixture.WriteAsync(id, new Item());
        var old = new GrainState<Item>(new Item(), state.ETag);
        await _fixture.Storage.ClearStateAsync("state", id, state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => _fixture.Storage.WriteStateAsync("state", id, old));
    }

    [Fact]
    public async Task A_payload_of_an_unknown_format_is_refused()
    {
        var id = GrainStorageFixture.Id("item", "1");
        await _fixture.Table.WriteAsync(
            new StateWrite(new StateKey(GrainStorageFixture.Tenant, "item", "1", "state"), StateChange.Insert) { Version = 1, Format = "json/2", Payload = "{}"u8.ToArray() },
            CancellationToken.None);

        await Assert.ThrowsAsync<InvalidDataException>(() => _fixture.ReadAsync<Item>(id));
    }

    [Fact]
    public async Task Ten_thousand_writes_at_once_are_all_there_after_a_restart()
    {
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => _fixture.WriteAsync(GrainStorageFixture.Id("item", $"{i:D5}"), new Item { Text = $"{i}" })));

        await _fixture.ReopenAsync();
        var rows = await _fixture.Table.ListAsync(GrainStorageFixture.Tenant, "item", after: null, count: 20_000, CancellationToken.None);

        Assert.Equal(10_000, rows.Count);
    }
}

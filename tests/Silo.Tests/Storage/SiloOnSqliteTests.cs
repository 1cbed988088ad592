using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using Platform.Grains.Storage;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

[Alias("silo-tests.note")]
public interface INoteGrain : IGrainWithStringKey
{
    [Alias("write")]
    Task WriteAsync(string text);

    [Alias("read")]
    Task<string?> ReadAsync();

    [Alias("forget")]
    Task ForgetAsync();
}

public sealed class NoteState
{
    public string? Text { get; set; }
}

[GrainType("note")]
public sealed class NoteGrain([PersistentState("note")] IPersistentState<NoteState> state) : Grain, INoteGrain
{
    public async Task WriteAsync(string text)
    {
        state.State.Text = text;
        await state.WriteStateAsync();
    }

    public Task<string?> ReadAsync() => Task.FromResult(state.State.Text);

    public Task ForgetAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

/// <summary>The registration, the default provider and the writer thread under Orleans' own schedulers.</summary>
public sealed class SiloOnSqliteTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _temporary = new();
    private InProcessTestCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddDataDirectory(_temporary.Open());
            silo.AddSqliteGrainStorage(new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _temporary.Dispose();
    }

    [Fact]
    public async Task A_grain_finds_its_state_again()
    {
        await Note("1").WriteAsync("kept");
        await Note("1").ForgetAsync();

        Assert.Equal("kept", await Note("1").ReadAsync());
    }

    [Fact]
    public async Task A_grain_whose_row_was_changed_behind_it_is_refused_once_and_then_reads_the_row()
    {
        await Note("1").WriteAsync("mine");
        var storage = Silo.GetRequiredKeyedService<IGrainStorage>("Default");
        var other = new GrainState<NoteState>();
        await storage.ReadStateAsync("note", GrainStorageFixture.Id("note", "1"), other);
        other.State!.Text = "theirs";
        await storage.WriteStateAsync("note", GrainStorageFixture.Id("note", "1"), other);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Note("1").WriteAsync("mine again"));

        Assert.Equal("theirs", await Note("1").ReadAsync());
    }

    [Fact]
    public async Task Many_grains_write_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Note($"{i}").WriteAsync("x")));

        var rows = await Silo.GetRequiredService<IStateIndex>().ListAsync(GrainStorageFixture.Tenant, "note", after: null, 1000, CancellationToken.None);

        Assert.Equal(500, rows.Count);
    }

    private IServiceProvider Silo => _cluster.Silos[0].ServiceProvider;

    private INoteGrain Note(string key) => _cluster.Client.GetGrain<INoteGrain>($"{GrainStorageFixture.Tenant}/{key}");
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Runtime;
using Platform.Grains.Storage;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

internal sealed class Item
{
    public string? Text { get; set; }
}

internal sealed class ShownItem : IProjected
{
    public string? Text { get; set; }

    public string? Info { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>Grain storage on a fresh data directory, under fake time.</summary>
internal sealed class GrainStorageFixture : IDisposable
{
    public const string Tenant = "aaaaaaaa";

    private static readonly JsonSerializerOptions Json = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private readonly TemporaryDirectory _temporary = new();
    private DataDirectory _directory;

    public GrainStorageFixture()
    {
        _directory = _temporary.Open();
        Table = new SqliteGrainStateTable(_directory, NullLogger<SqliteGrainStateTable>.Instance);
        Storage = StorageOn(Table, Clock);
    }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UnixEpoch.AddYears(50));

    public SqliteGrainStateTable Table { get; private set; }

    public GroupCommitGrainStorage Storage { get; private set; }

    public string GrainsFile => _directory.GrainsFile;

    public static GroupCommitGrainStorage StorageOn(IGrainStateTable table, TimeProvider clock) => new(table, Json, clock);

    public static GrainId Id(string type, string rest, string tenant = Tenant) => GrainId.Create(type, $"{tenant}/{rest}");

    public async Task<GrainState<T>> WriteAsync<T>(GrainId id, T value, string state = "state")
    {
        var written = new GrainState<T>(value);
        await Storage.WriteStateAsync(state, id, written);
        return written;
    }

    public async Task<GrainState<T>> ReadAsync<T>(GrainId id, string state = "state")
    {
        var read = new GrainState<T>();
        await Storage.ReadStateAsync(state, id, read);
        return read;
    }

    /// <summary>As after a restart.</summary>
    public void Reopen()
    {
        Table.Dispose();
        _directory.Dispose();
        _directory = _temporary.Open();
        Table = new SqliteGrainStateTable(_directory, NullLogger<SqliteGrainStateTable>.Instance);
        Storage = StorageOn(Table, Clock);
    }

    public void Dispose()
    {
        Table.Dispose();
        _directory.Dispose();
        _temporary.Dispose();
    }
}

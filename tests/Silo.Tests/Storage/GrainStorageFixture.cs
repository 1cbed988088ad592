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

/// <summary>Grain storage on a fresh database of one kind, under fake time.</summary>
internal abstract class GrainStorageFixture : IAsyncDisposable
{
    public const string Tenant = "aaaaaaaa";

    private static readonly JsonSerializerOptions Json = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UnixEpoch.AddYears(50));

    public abstract IGrainStateTable Table { get; }

    public GroupCommitGrainStorage Storage => StorageOn(Table, Clock);

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
    public abstract Task ReopenAsync();

    public abstract ValueTask DisposeAsync();
}

/// <summary>A data directory of its own.</summary>
internal sealed class SqliteGrainStorageFixture : GrainStorageFixture
{
    private readonly TemporaryDirectory _temporary = new();
    private DataDirectory _directory;
    private SqliteGrainStateTable _table;

    public SqliteGrainStorageFixture()
    {
        _directory = _temporary.Open();
        _table = new SqliteGrainStateTable(_directory, NullLogger<SqliteGrainStateTable>.Instance);
    }

    public override IGrainStateTable Table => _table;

    public string GrainsFile => _directory.GrainsFile;

    public override Task ReopenAsync()
    {
        _table.Dispose();
        _directory.Dispose();
        _directory = _temporary.Open();
        _table = new SqliteGrainStateTable(_directory, NullLogger<SqliteGrainStateTable>.Instance);
        return Task.CompletedTask;
    }

    /// <summary>Gives the file free.</summary>
    public void Close() => _table.Dispose();

    public override ValueTask DisposeAsync()
    {
        _table.Dispose();
        _directory.Dispose();
        _temporary.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A database of its own on the tests' server.</summary>
internal sealed class PostgresGrainStorageFixture : GrainStorageFixture
{
    private readonly string _connectionString;
    private PostgresDatabase _database;
    private PostgresGrainStateTable _table;

    private PostgresGrainStorageFixture(string connectionString, PostgresDatabase database)
    {
        (_connectionString, _database) = (connectionString, database);
        _table = new PostgresGrainStateTable(database, NullLogger<PostgresGrainStateTable>.Instance);
    }

    public override IGrainStateTable Table => _table;

    /// <summary>Cuts the connections of this database's silos, as a restart of the server does.</summary>
    public Task CutAsync() => Postgres.CutAsync(_connectionString);

    public static async Task<PostgresGrainStorageFixture> CreateAsync()
    {
        var connectionString = await Postgres.NewDatabaseAsync();
        return new PostgresGrainStorageFixture(connectionString, await PostgresDatabase.OpenAsync(connectionString, CancellationToken.None));
    }

    /// <summary>Another silo on the same database.</summary>
    public async Task<PostgresGrainStateTable> AnotherAsync() =>
        new(await PostgresDatabase.OpenAsync(_connectionString, CancellationToken.None), NullLogger<PostgresGrainStateTable>.Instance);

    public override async Task ReopenAsync()
    {
        _table.Dispose();
        _database.Dispose();
        _database = await PostgresDatabase.OpenAsync(_connectionString, CancellationToken.None);
        _table = new PostgresGrainStateTable(_database, NullLogger<PostgresGrainStateTable>.Instance);
    }

    public override ValueTask DisposeAsync()
    {
        _table.Dispose();
        _database.Dispose();
        return ValueTask.CompletedTask;
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

/// <summary>The contract on SQLite, and what is SQLite's alone.</summary>
public sealed class SqliteGrainStorageTests : GroupCommitGrainStorageTests
{
    private readonly SqliteGrainStorageFixture _sqlite = new();

    private protected override Task<GrainStorageFixture> CreateAsync() => Task.FromResult<GrainStorageFixture>(_sqlite);

    [Fact]
    public async Task Writes_that_were_acknowledged_survive_kill_9()
    {
        using var temporary = new TemporaryDirectory();
        var acknowledged = await ChildProcess.RunUntilKilledAsync("grains", temporary.Path);

        using var directory = temporary.Open();
        using var table = new SqliteGrainStateTable(directory, NullLogger<SqliteGrainStateTable>.Instance);
        var rows = await table.ListAsync(GrainStorageFixture.Tenant, "item", after: null, count: 100_000, CancellationToken.None);

        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Except(rows.Select(row => row.Key), StringComparer.Ordinal));
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_full_disk_is_told_to_the_writer_and_later_writes_succeed()
    {
        var path = _sqlite.GrainsFile;
        _sqlite.Close();
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var writer = new GroupCommitWriter<StateWrite>("grains", new SqliteGrainStateWriter(connection), NullLogger.Instance);
        var big = new StateWrite(new StateKey("t", "item", "big", "state"), StateChange.Insert) { Version = 1, Format = "json/1", Payload = new byte[1 << 20] };
        SqliteFile.Run(connection, "PRAGMA max_page_count=20");

        await Assert.ThrowsAsync<StorageFailedException>(() => writer.WriteAsync(big, CancellationToken.None));

        await writer.WriteAsync(big with { Payload = new byte[10] }, CancellationToken.None);
    }
}

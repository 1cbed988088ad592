using Platform.Silo.Operations;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Operations;

public sealed class StoredBytesTests
{
    [Fact]
    public void A_database_counts_with_its_journal_and_nothing_else_counts()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.Path);
        Write(directory, "grains.db", 1000);
        Write(directory, "grains.db-wal", 500);
        Write(directory, "grains.db-shm", 70);
        Write(directory, "audit.db", 10);
        Write(directory, "vault.json", 9000);
        Assert.Equal(
            [("audit.db", 10L), ("grains.db", 1500L)],
            StoredBytes.Files(directory.Path).Select(store => (store.Name, store.Bytes)).Order());
    }

    [Fact]
    public void The_room_on_a_disk_is_told_and_a_disk_that_is_not_there_is_no_failure()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.Path);
        var (free, size) = StoredBytes.Disk(directory.Path);
        Assert.InRange(free!.Value, 0, size!.Value);
        Assert.Equal((null, null), StoredBytes.Disk(Path.Combine(directory.Path, "nowhere")));
    }

    [Fact]
    public async Task Tables_of_a_cluster_are_told_with_their_sizes()
    {
        using var database = await PostgresDatabase.OpenAsync(await Postgres.NewDatabaseAsync(), CancellationToken.None);
        var tables = await StoredBytes.TablesAsync(database, CancellationToken.None);
        Assert.Contains(tables, table => table.Name == "grain_state" && table.Bytes > 0);
        Assert.DoesNotContain(tables, table => table.Name.StartsWith("pg_", StringComparison.Ordinal));
    }

    private static void Write(TemporaryDirectory directory, string name, int length) => File.WriteAllBytes(Path.Combine(directory.Path, name), new byte[length]);
}

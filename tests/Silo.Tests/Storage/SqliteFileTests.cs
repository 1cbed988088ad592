using Microsoft.Data.Sqlite;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

public sealed class SqliteFileTests : IDisposable
{
    private static readonly SqliteSchema Schema = new(77, "CREATE TABLE one(a INTEGER)");

    private readonly TemporaryDirectory _temporary = new();
    private readonly string _path;

    public SqliteFileTests()
    {
        Directory.CreateDirectory(_temporary.Path);
        _path = _temporary["some.db"];
    }

    public void Dispose() => _temporary.Dispose();

    [Fact, Trait("Control", "CF-3")]
    public void The_file_and_its_journal_are_private()
    {
        using var connection = SqliteFile.OpenWriter(_path, Schema);

        Assert.All(Directory.GetFiles(_temporary.Path), file => Assert.Equal(PrivateFiles.OwnerFile, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void A_file_that_is_no_database_is_called_corrupt_by_name()
    {
        File.WriteAllText(_path, new string('x', 8192));

        var refusal = Assert.Throws<DataDirectoryException>(() => SqliteFile.OpenWriter(_path, Schema));

        Assert.Contains($"{_path} is corrupt", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5000)]
    public void A_file_that_is_no_database_is_left_as_it_is(int length)
    {
        File.WriteAllText(_path, new string('x', length));

        Assert.Throws<DataDirectoryException>(() => SqliteFile.OpenWriter(_path, Schema));

        Assert.Equal(new string('x', length), File.ReadAllText(_path));
    }

    [Fact]
    public void A_page_of_rubbish_inside_the_file_is_called_corrupt()
    {
        Fill(rows: 5000);
        var bytes = File.ReadAllBytes(_path);
        bytes.AsSpan(8192, 4096).Fill(0xA5);
        File.WriteAllBytes(_path, bytes);

        var refusal = Assert.Throws<DataDirectoryException>(() => SqliteFile.OpenWriter(_path, Schema));

        Assert.Contains("corrupt", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_beside_a_journal_is_called_corrupt()
    {
        File.WriteAllText(_path, "");
        File.WriteAllText(_path + "-wal", "frames");

        Assert.Throws<DataDirectoryException>(() => SqliteFile.OpenWriter(_path, Schema));
    }

    [Fact]
    public void A_database_of_something_else_is_refused()
    {
        using (var foreign = new SqliteConnection($"Data Source={_path};Pooling=False"))
        {
            foreign.Open();
            SqliteFile.Run(foreign, "CREATE TABLE theirs(a)");
        }

        Assert.Throws<DataDirectoryException>(() => SqliteFile.OpenWriter(_path, Schema));
    }

    [Fact]
    public void A_database_of_another_kind_of_ours_is_refused()
    {
        SqliteFile.OpenWriter(_path, Schema).Dispose();

        Assert.Throws<DataDirectoryException>(() => SqliteFile.OpenWriter(_path, Schema with { ApplicationId = 78 }));
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused()
    {
        SqliteFile.OpenWriter(_path, new SqliteSchema(77, "CREATE TABLE one(a INTEGER)", "CREATE TABLE two(a)")).Dispose();

        var refusal = Assert.Throws<DataDirectoryException>(() => SqliteFile.OpenWriter(_path, Schema));

        Assert.Contains("newer version", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_database_is_migrated_and_keeps_its_rows()
    {
        Fill(rows: 3);

        using var connection = SqliteFile.OpenWriter(_path, new SqliteSchema(77, "", "ALTER TABLE one ADD COLUMN b INTEGER DEFAULT 7"));
        using var sum = new SqliteStatement(connection, "SELECT sum(b) FROM one");
        sum.Step();

        Assert.Equal(21, sum.Int64(0));
    }

    [Fact]
    public void A_commit_waits_for_the_disk()
    {
        using var connection = SqliteFile.OpenWriter(_path, Schema);
        using var synchronous = new SqliteStatement(connection, "PRAGMA synchronous");
        synchronous.Step();

        Assert.Equal(2, synchronous.Int64(0));
    }

    [Fact]
    public void A_reader_cannot_write()
    {
        using var writer = SqliteFile.OpenWriter(_path, Schema);
        using var reader = SqliteFile.OpenReader(_path);

        Assert.Throws<SqliteException>(() => SqliteFile.Run(reader, "INSERT INTO one VALUES (1)"));
    }

    private void Fill(int rows)
    {
        using var connection = SqliteFile.OpenWriter(_path, Schema);
        SqliteFile.Run(connection, $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<{rows}) INSERT INTO one SELECT i FROM n");
    }
}

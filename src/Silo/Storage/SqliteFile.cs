using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Platform.Silo.Storage;

/// <summary>Opens our database files. A file that is corrupt, foreign or newer than this program is refused and left as it is.</summary>
internal static class SqliteFile
{
    private const int BusyMilliseconds = 5000;
    private const int SmallestPage = 512;

    /// <summary>A bigger file is checked as far as this time allows, so that the start does not grow with the data.</summary>
    private static readonly TimeSpan CheckBudget = TimeSpan.FromMilliseconds(500);

    /// <summary>Creates or migrates the file and returns its one writing connection: WAL, and a commit is on disk when it returns.</summary>
    /// <exception cref="DataDirectoryException">The file is corrupt, foreign, newer, locked or unwritable.</exception>
    public static SqliteConnection OpenWriter(string path, SqliteSchema schema) => Guarded(path, () =>
    {
        Create(path);
        var connection = Connect(path, SqliteOpenMode.ReadWrite);
        try
        {
            Recognize(connection, path, schema);
            Check(connection, path);
            Run(connection, "PRAGMA journal_mode=WAL");
            Run(connection, "PRAGMA synchronous=FULL");
            Run(connection, "PRAGMA foreign_keys=OFF");
            Run(connection, "PRAGMA wal_autocheckpoint=4000");
            Run(connection, "PRAGMA journal_size_limit=67108864");
            Run(connection, "PRAGMA cache_size=-16384");
            Migrate(connection, schema);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>A connection that cannot write, for a reader thread of its own.</summary>
    public static SqliteConnection OpenReader(string path) => Guarded(path, () =>
    {
        var connection = Connect(path, SqliteOpenMode.ReadOnly);
        Run(connection, "PRAGMA cache_size=-4096");
        return connection;
    });

    private static void Create(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            PrivateFiles.Create(path).Dispose();
            PrivateFiles.SyncDirectory(file.DirectoryName!);
            return;
        }

        // SQLite takes a file shorter than its smallest page for a new database, overwrites it and throws its journal away.
        if (file.Length is > 0 and < SmallestPage || (file.Length == 0 && File.Exists(path + "-wal")))
        {
            throw Corrupt(path, "it is cut short");
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, PrivateFiles.OwnerFile);
        }
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            _ = raw.sqlite3_busy_timeout(connection.Handle!, BusyMilliseconds);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Recognize(SqliteConnection connection, string path, SqliteSchema schema)
    {
        var application = Number(connection, "PRAGMA application_id");
        var version = Number(connection, "PRAGMA user_version");
        if (application == schema.ApplicationId && version <= schema.Migrations.Count)
        {
            return;
        }

        if (application == schema.ApplicationId)
        {
            throw new DataDirectoryException($"The file {path} was written by a newer version of the platform; start that version, or restore a backup.");
        }

        if (application != 0 || version != 0 || Number(connection, "SELECT count(*) FROM sqlite_master") != 0)
        {
            throw new DataDirectoryException($"The file {path} is corrupt or a database of something else; move it away, or restore a backup.");
        }
    }

    private static void Check(SqliteConnection connection, string path)
    {
        var started = Stopwatch.GetTimestamp();
        var handle = connection.Handle!;
        raw.sqlite3_progress_handler(handle, 10_000, _ => Stopwatch.GetElapsedTime(started) > CheckBudget ? 1 : 0, null);
        try
        {
            using var check = new SqliteStatement(connection, "PRAGMA quick_check(1)");
            if (check.Step() && check.Text(0) is var verdict and not "ok")
            {
                throw Corrupt(path, verdict ?? "no verdict");
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            // The budget is spent; what was read so far is sound.
        }
        finally
        {
            raw.sqlite3_progress_handler(handle, 0, null, null);
        }
    }

    private static void Migrate(SqliteConnection connection, SqliteSchema schema)
    {
        var version = (int)Number(connection, "PRAGMA user_version");
        if (version == schema.Migrations.Count)
        {
            return;
        }

        Run(connection, "BEGIN IMMEDIATE");
        foreach (var migration in schema.Migrations.Skip(version))
        {
            Run(connection, migration);
        }

        Run(connection, $"PRAGMA application_id={schema.ApplicationId}");
        Run(connection, $"PRAGMA user_version={schema.Migrations.Count}");
        Run(connection, "COMMIT");
    }

    /// <summary>Runs statements that take no values.</summary>
    public static void Run(SqliteConnection connection, string constantSql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this folder come here.
        command.CommandText = constantSql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string constantSql)
    {
        using var statement = new SqliteStatement(connection, constantSql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    private static SqliteConnection Guarded(string path, Func<SqliteConnection> open)
    {
        try
        {
            return open();
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            throw Corrupt(path, e.Message, e);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            throw new DataDirectoryException($"The file {path} is in use by another process; stop it.", e);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"The file {path} cannot be opened for writing ({e.Message}); check the disk and the file's owner.", e);
        }
    }

    private static DataDirectoryException Corrupt(string path, string why, Exception? inner = null) =>
        new($"The file {path} is corrupt ({why}); keep it, restore a backup, and do not delete its -wal file.", inner!);
}

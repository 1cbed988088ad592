using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Platform.Silo.Storage;

/// <summary>The transaction statements of a writer, prepared once.</summary>
internal sealed class SqliteTransactions(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement _begin = new(connection, "BEGIN IMMEDIATE");
    private readonly SqliteStatement _commit = new(connection, "COMMIT");
    private readonly SqliteStatement _rollback = new(connection, "ROLLBACK");

    /// <summary>Returns when the work is on disk; an exception means that nothing of it is stored.</summary>
    public void Run(Action work)
    {
        _begin.Execute();
        try
        {
            work();
            _commit.Execute();
        }
        catch
        {
            // A full disk or an I/O error may have ended the transaction already.
            if (raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            {
                _rollback.Execute();
            }

            throw;
        }
    }

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
    }
}

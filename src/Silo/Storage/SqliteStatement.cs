using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Platform.Silo.Storage;

/// <summary>
/// A prepared statement without the objects that ADO.NET makes per execution; the writers run a few of these ten thousand times a second.
/// One thread at a time. Parameters count from 1, columns from 0.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackCharacters = 256;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        Require(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            Require(raw.sqlite3_bind_null(_statement, index));
            return this;
        }

        // An empty span would have no address and be bound as NULL.
        if (value.Length is 0 or > StackCharacters)
        {
            Require(raw.sqlite3_bind_text(_statement, index, value));
            return this;
        }

        Span<byte> utf8 = stackalloc byte[StackCharacters * 3];
        Require(raw.sqlite3_bind_text(_statement, index, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        return this;
    }

    public SqliteStatement Bind(int index, long? value)
    {
        Require(value is { } number ? raw.sqlite3_bind_int64(_statement, index, number) : raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Require(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <summary>True when there is a row; false at the end. <see cref="Reset"/> follows.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return code == raw.SQLITE_ROW;
        }

        try
        {
            SqliteException.ThrowExceptionForRC(code, _database);
            throw new InvalidOperationException($"SQLite answered {code}.");
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs to the end and says how many rows it changed.</summary>
    public int Execute()
    {
        while (Step())
        {
        }

        Reset();
        return raw.sqlite3_changes(_database);
    }

    /// <summary>Ends the statement's read transaction; the bindings stay.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public long? NullableInt64(int column) =>
        raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_int64(_statement, column);

    public string? Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public byte[] Blob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private void Require(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}

using Platform.Silo.Reminders;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Reminders;

public sealed class PostgresReminderTableTests : ReminderTableContract
{
    private string? _connectionString;
    private PostgresDatabase? _database;

    private protected override async Task<Orleans.IReminderTable> ReopenAsync()
    {
        _database?.Dispose();
        _connectionString ??= await Postgres.NewDatabaseAsync();
        _database = await PostgresDatabase.OpenAsync(_connectionString, CancellationToken.None);
        return new PostgresReminderTable(_database);
    }

    private protected override void Close() => _database?.Dispose();
}

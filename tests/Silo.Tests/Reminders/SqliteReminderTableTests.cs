using Platform.Silo.Reminders;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Reminders;

[Trait("Control", "AU-4")]
public sealed class SqliteReminderTableTests : ReminderTableContract
{
    private readonly TemporaryDirectory _files = new();
    private DataDirectory? _directory;
    private SqliteReminderTable? _table;

    private protected override Task<Orleans.IReminderTable> ReopenAsync()
    {
        _table?.Dispose();
        _directory?.Dispose();
        _directory = DataDirectory.Open(_files.Path);
        _table = new SqliteReminderTable(_directory);
        return Task.FromResult<Orleans.IReminderTable>(_table);
    }

    private protected override void Close()
    {
        _table?.Dispose();
        _directory?.Dispose();
        _files.Dispose();
    }
}

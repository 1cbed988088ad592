using System.Globalization;
using Platform.Silo.Storage;

namespace Platform.Silo.Reminders;

/// <summary>
/// Orleans' reminders in a file of their own, so that they outlive the process. They are for tenant upkeep only: a few rows a tenant, so one thread reads and writes.
/// Written here because the runtime's ADO.NET provider does not know this SQLite driver.
/// </summary>
internal sealed class SqliteReminderTable(DataDirectory directory) : IReminderTable, IDisposable
{
    private readonly ReaderThreads<ReminderStatements> _thread =
        new("reminders", 1, () => new ReminderStatements(SqliteFile.OpenWriter(directory.RemindersFile, ReminderStatements.Schema)));

    public Task<ReminderTableData> ReadRows(GrainId grainId) => AskAsync(table => new ReminderTableData(table.OfGrain(grainId, null)));

    /// <param name="begin">Excluded.</param>
    /// <param name="end">Included; not above <paramref name="begin"/> for a range that goes over the highest hash.</param>
    public Task<ReminderTableData> ReadRows(uint begin, uint end) => AskAsync(table => new ReminderTableData(table.Within(begin, end)));

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => AskAsync(table => table.OfGrain(grainId, reminderName).FirstOrDefault());

    public Task<string?> UpsertRow(ReminderEntry entry) => AskAsync<string?>(table => table.Upsert(entry).ToString(CultureInfo.InvariantCulture));

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        AskAsync(table => long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && table.Remove(grainId, reminderName, version));

    public Task TestOnlyClearTable() => AskAsync(table =>
    {
        table.Clear();
        return true;
    });

    public void Dispose() => _thread.Dispose();

    private Task<T> AskAsync<T>(Func<ReminderStatements, T> ask) => _thread.ReadAsync(ask, CancellationToken.None);
}

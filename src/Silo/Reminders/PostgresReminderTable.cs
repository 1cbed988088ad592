using System.Globalization;
using Npgsql;
using Platform.Silo.Storage;

namespace Platform.Silo.Reminders;

/// <summary>Orleans' reminders in the cluster's database: a silo that ends leaves its own to the others.</summary>
internal sealed class PostgresReminderTable(PostgresDatabase database) : IReminderTable
{
    private const string Columns = "SELECT grain, name, start_at, period, version FROM reminder";

    public async Task<ReminderTableData> ReadRows(GrainId grainId) => new(await ListAsync($"{Columns} WHERE grain=$1", fill => fill.AddWithValue(grainId.ToString())));

    /// <param name="begin">Excluded.</param>
    /// <param name="end">Included; not above <paramref name="begin"/> for a range that goes over the highest hash.</param>
    public async Task<ReminderTableData> ReadRows(uint begin, uint end) => new(await ListAsync(
        begin < end ? $"{Columns} WHERE hash>$1 AND hash<=$2" : $"{Columns} WHERE hash>$1 OR hash<=$2",
        fill =>
        {
            fill.AddWithValue((long)begin);
            fill.AddWithValue((long)end);
        }));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        var rows = await ListAsync(
            $"{Columns} WHERE grain=$1 AND name=$2",
            fill =>
            {
                fill.AddWithValue(grainId.ToString());
                fill.AddWithValue(reminderName);
            });
        return rows is [{ } only] ? only : null;
    }

    public Task<string?> UpsertRow(ReminderEntry entry) => database.ReadAsync<string?>(
        """
        INSERT INTO reminder (grain, name, hash, start_at, period, version) VALUES ($1, $2, $3, $4, $5, 1)
        ON CONFLICT (grain, name) DO UPDATE SET start_at=excluded.start_at, period=excluded.period, version=reminder.version+1 RETURNING version
        """,
        fill =>
        {
            fill.AddWithValue(entry.GrainId.ToString());
            fill.AddWithValue(entry.ReminderName);
            fill.AddWithValue((long)entry.GrainId.GetUniformHashCode());
            fill.AddWithValue(entry.StartAt.Ticks);
            fill.AddWithValue(entry.Period.Ticks);
        },
        async row => await row.ReadAsync() ? row.GetInt64(0).ToString(CultureInfo.InvariantCulture) : null,
        CancellationToken.None);

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && await database.ExecuteAsync(
            "DELETE FROM reminder WHERE grain=$1 AND name=$2 AND version=$3",
            fill =>
            {
                fill.AddWithValue(grainId.ToString());
                fill.AddWithValue(reminderName);
                fill.AddWithValue(version);
            },
            CancellationToken.None) > 0;

    public Task TestOnlyClearTable() => database.ExecuteAsync("DELETE FROM reminder", _ => { }, CancellationToken.None);

    private Task<IReadOnlyList<ReminderEntry>> ListAsync(string constantSql, Action<NpgsqlParameterCollection> fill) => database.ListAsync(
        constantSql,
        fill,
        row => new ReminderEntry
        {
            GrainId = GrainId.Parse(row.GetString(0), null),
            ReminderName = row.GetString(1),
            StartAt = new DateTime(row.GetInt64(2), DateTimeKind.Utc),
            Period = TimeSpan.FromTicks(row.GetInt64(3)),
            ETag = row.GetInt64(4).ToString(CultureInfo.InvariantCulture),
        },
        CancellationToken.None);
}

using System.Globalization;
using Microsoft.Data.Sqlite;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>
/// How many entries the index has of each minute, hour and day of a chain: with it, counting a long range of time costs as much as the range has units, not events. It changes in the transaction
/// that changes the entries.
/// </summary>
internal sealed class AuditTally(SqliteConnection search) : IDisposable
{
    /// <summary>From coarse to fine; each is a multiple of the next.</summary>
    public static readonly long[] Units = [TimeSpan.TicksPerDay, TimeSpan.TicksPerHour, TimeSpan.TicksPerMinute];

    private readonly SqliteStatement _change = new(search, "INSERT INTO tally(stream, unit, slot, events) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET events=events+excluded.events");
    private readonly SqliteStatement _clear = new(search, "DELETE FROM tally WHERE stream=?1 AND unit=?2 AND slot=?3 AND events<=0");
    private readonly SqliteStatement _forget = new(search, "DELETE FROM tally WHERE stream=?1");
    private readonly SqliteStatement _read = new(search, "SELECT slot, events FROM tally WHERE stream=?1 AND unit=?2 AND slot>=?3 AND slot<?4");

    /// <summary>Makes it for entries that are older than it.</summary>
    public static string FromEntries { get; } = string.Concat(Units.Select(unit => string.Create(
        CultureInfo.InvariantCulture, $"INSERT INTO tally SELECT stream, {unit}, (at+{DateTimeOffset.UnixEpoch.UtcTicks})/{unit}, count(*) FROM entry GROUP BY 1, 3;\n")));

    public void Change(long stream, AuditTallyChanges changes)
    {
        foreach (var ((unit, slot), events) in changes.All)
        {
            _change.Bind(1, stream).Bind(2, unit).Bind(3, slot).Bind(4, events).Execute();
            if (events < 0)
            {
                _clear.Bind(1, stream).Bind(2, unit).Bind(3, slot).Execute();
            }
        }
    }

    public void Forget(long stream) => _forget.Bind(1, stream).Execute();

    /// <summary>Reads whole units.</summary>
    /// <param name="stream">In the index.</param>
    /// <param name="unit">One of <see cref="Units"/>.</param>
    /// <param name="from">The first one, counted from the year 1.</param>
    /// <param name="to">The first one that is not read.</param>
    /// <param name="found">Takes one that has entries, and how many.</param>
    /// <returns>How many rows were read.</returns>
    public int Read(long stream, long unit, long from, long to, Action<long, long> found)
    {
        var rows = 0;
        try
        {
            for (_read.Bind(1, stream).Bind(2, unit).Bind(3, from).Bind(4, to); _read.Step(); rows++)
            {
                found(_read.Int64(0), _read.Int64(1));
            }

            return rows;
        }
        finally
        {
            _read.Reset();
        }
    }

    public void Dispose()
    {
        _change.Dispose();
        _clear.Dispose();
        _forget.Dispose();
        _read.Dispose();
    }
}

using Microsoft.Data.Sqlite;
using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>
/// Counts entries by time. Everything of a range is counted by the tally, and what the tally's units do not cover, less than a minute at either end, entry by entry; with conditions all are looked
/// at, newest first, at most <see cref="MaxVisited"/>.
/// </summary>
internal sealed class AuditCounter(SqliteConnection search, AuditFinder finder) : IDisposable
{
    /// <summary>Entries that one answer looks at: others wait for this thread meanwhile.</summary>
    public const int MaxVisited = 100_000;

    private readonly AuditTally _tally = new(search);
    private readonly SqliteStatement _oldest = new(search, "SELECT at FROM entry WHERE stream=?1 ORDER BY at LIMIT 1");

    public AuditCounts Count(string tenant, string shard, IndexedStream stream, AuditFilter filter, DateTimeOffset to, int most)
    {
        var buckets = AuditBuckets.Of(filter.From ?? Oldest(stream.Id, to), to, most);
        var counts = new AuditCounts(buckets);
        if (buckets.Count == 0)
        {
            return counts;
        }

        var within = filter with { From = buckets.From, To = to };
        if (within != new AuditFilter { From = buckets.From, To = to })
        {
            Walk(within);
            return counts;
        }

        // Units that no bucket begins within.
        Add(buckets.From, to, Array.FindIndex(AuditTally.Units, unit => buckets.Width.Ticks % unit == 0) is >= 0 and var level ? level : AuditTally.Units.Length);
        return counts;

        void Add(DateTimeOffset begin, DateTimeOffset end, int level)
        {
            if (begin >= end)
            {
                return;
            }

            if (level == AuditTally.Units.Length)
            {
                Walk(new AuditFilter { From = begin, To = end });
                return;
            }

            var unit = AuditTally.Units[level];
            var (first, last) = ((begin.UtcTicks + unit - 1) / unit, end.UtcTicks / unit);
            if (first > last)
            {
                Add(begin, end, level + 1);
                return;
            }

            counts.Visited += _tally.Read(stream.Id, unit, first, last, (slot, events) => counts.Add(Moment(slot * unit), events));
            Add(begin, Moment(first * unit), level + 1);
            Add(Moment(last * unit), end, level + 1);
        }

        void Walk(AuditFilter range)
        {
            var (visited, stopped) = finder.Walk(tenant, shard, stream, range, MaxVisited, at => counts.Add(at, 1));
            counts.Visited += visited;
            if (stopped is { } at)
            {
                counts.Stop(range.From!.Value, at);
            }
        }
    }

    public void Dispose()
    {
        _tally.Dispose();
        _oldest.Dispose();
    }

    private static DateTimeOffset Moment(long ticks) => new(ticks, TimeSpan.Zero);

    /// <summary>The end of the range when there is nothing before it.</summary>
    private DateTimeOffset Oldest(long stream, DateTimeOffset to)
    {
        try
        {
            return _oldest.Bind(1, stream).Step() && AuditRowCodec.Instant(_oldest.Int64(0)) is var at && at < to ? at : to;
        }
        finally
        {
            _oldest.Reset();
        }
    }
}

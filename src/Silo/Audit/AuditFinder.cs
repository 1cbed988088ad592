using System.Text;
using Microsoft.Data.Sqlite;
using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>Which index a search walks; the other conditions are looked at on the way.</summary>
internal enum AuditLead
{
    Time = 0,
    Class = 1,
    Action = 2,
    Outcome = 3,
    Principal = 4,

    /// <summary>An HMAC of a value.</summary>
    Hmac = 5,
}

/// <summary>
/// Walks one index in the order that was asked for, at most <see cref="MaxVisited"/> entries for a page, and fetches the records of those that fit. Nothing is sorted, so
/// a page costs the same in a chain of millions.
/// </summary>
internal sealed class AuditFinder(SqliteConnection log, SqliteConnection search, AuditIndexer index) : IDisposable
{
    /// <summary>Entries that one page looks at.</summary>
    public const int MaxVisited = 20_000;

    private readonly Dictionary<(AuditLead Lead, bool OldestFirst), SqliteStatement> _walks = [];
    private readonly SqliteStatement _row = new(log, "SELECT seq, event_id, at, hash, record FROM audit_event WHERE tenant=?1 AND shard=?2 AND seq=?3");
    private readonly SqliteStatement _byId = new(log, "SELECT seq, event_id, at, hash, record FROM audit_event INDEXED BY audit_event_id WHERE tenant=?1 AND event_id=?3 AND shard=?2");

    /// <summary>Parameters: stream, time and sequence of the place, the other end of the range of time, and the number of the leading word.</summary>
    public static string Sql(AuditLead lead, bool oldestFirst)
    {
        var (indexed, leading) = lead switch
        {
            AuditLead.Class => (" INDEXED BY entry_class", " AND class=?5"),
            AuditLead.Action => (" INDEXED BY entry_action", " AND action=?5"),
            AuditLead.Outcome => (" INDEXED BY entry_outcome", " AND outcome=?5"),
            AuditLead.Principal => (" INDEXED BY entry_principal", " AND principal=?5"),
            _ => ("", ""),
        };
        var (range, order) = oldestFirst
            ? ("(at, seq)>(?2, ?3) AND at<?4", "at, seq")
            : ("(at, seq)<(?2, ?3) AND at>=?4", "at DESC, seq DESC");
        return lead == AuditLead.Hmac
            ? $"SELECT at, seq FROM hashed WHERE stream=?1 AND hmac=?5 AND {range} ORDER BY {order}"
            : $"SELECT at, seq, class, action, outcome, principal FROM entry{indexed} WHERE stream=?1{leading} AND {range} ORDER BY {order}";
    }

    public AuditMatches Find(string tenant, string shard, IndexedStream stream, FindAuditEvents query)
    {
        if (query.Filter.Correlation is { } id)
        {
            return ById(tenant, shard, id, query);
        }

        var from = query.Filter.From is { } first ? AuditRowCodec.Instant(first) : long.MinValue;
        var to = query.Filter.To is { } last ? AuditRowCodec.Instant(last) : long.MaxValue;
        var (at, sequence) = query.After is { } place ? (AuditRowCodec.Instant(place.At), place.Sequence) : query.OldestFirst ? (from, 0) : (to, 0);
        return Begin(stream, query.Filter, query.OldestFirst, at, sequence, query.OldestFirst ? to : from) is var (walk, wanted, byRecord)
            ? Step(walk, tenant, shard, byRecord ? row => query.Filter.Fits(row.EventId, row.At, row.Record) : null, wanted, query.Count)
            : new AuditMatches([], null, IsIndexed: true, 0);
    }

    /// <summary>Goes through a range of time, newest first, and tells when each event that fits happened.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="shard">Which chain.</param>
    /// <param name="stream">In the index.</param>
    /// <param name="filter">With both ends of the range.</param>
    /// <param name="most">Entries that are looked at.</param>
    /// <param name="fits">Takes the time.</param>
    /// <returns>How many entries were looked at, and when the first happened that was not; null when there was none.</returns>
    public (int Visited, DateTimeOffset? Stopped) Walk(string tenant, string shard, IndexedStream stream, AuditFilter filter, int most, Action<DateTimeOffset> fits)
    {
        if (filter.Correlation is { } id)
        {
            foreach (var row in ById(tenant, shard, id, new FindAuditEvents { Filter = filter, Count = 1 }).Rows)
            {
                fits(row.At);
            }

            return (1, null);
        }

        if (Begin(stream, filter, oldestFirst: false, AuditRowCodec.Instant(filter.To!.Value), 0, AuditRowCodec.Instant(filter.From!.Value)) is not var (walk, wanted, byRecord))
        {
            return (0, null);
        }

        var visited = 0;
        most = byRecord ? Math.Min(most, MaxVisited) : most;
        try
        {
            while (walk.Step())
            {
                var at = AuditRowCodec.Instant(walk.Int64(0));
                if (visited++ == most)
                {
                    return (most, at);
                }

                if (byRecord ? Row(tenant, shard, walk.Int64(1)) is { } row && filter.Fits(row.EventId, row.At, row.Record) : Fits(walk, wanted))
                {
                    fits(at);
                }
            }

            return (visited, null);
        }
        finally
        {
            walk.Reset();
        }
    }

    public void Dispose()
    {
        foreach (var walk in _walks.Values)
        {
            walk.Dispose();
        }

        _row.Dispose();
        _byId.Dispose();
    }

    /// <summary>The condition that is likely to leave the least: successes are most of a trail.</summary>
    private static AuditLead LeadOf(AuditFilter filter) => filter switch
    {
        { Hmac: not null } => AuditLead.Hmac,
        { Principal: not null } => AuditLead.Principal,
        { Outcome: not null and not "ok" } => AuditLead.Outcome,
        { Action: not null } => AuditLead.Action,
        { Class: not null } => AuditLead.Class,
        { Outcome: not null } => AuditLead.Outcome,
        _ => AuditLead.Time,
    };

    /// <summary>The walk that a search takes, bound to where it begins; null when no event of anybody has one of its words.</summary>
    private (SqliteStatement Walk, long?[] Wanted, bool ByRecord)? Begin(IndexedStream stream, AuditFilter filter, bool oldestFirst, long at, long sequence, long end)
    {
        var wanted = new long?[5];
        foreach (var (lead, text) in new[] { (AuditLead.Class, filter.Class), (AuditLead.Action, filter.Action), (AuditLead.Outcome, filter.Outcome), (AuditLead.Principal, filter.Principal) })
        {
            if (text is not null && (wanted[(int)lead] = index.WordOf(text)) is null)
            {
                return null;
            }
        }

        var best = LeadOf(filter);
        var walk = Walk(best, oldestFirst).Bind(1, stream.Id).Bind(2, at).Bind(3, sequence).Bind(4, end);
        if (best == AuditLead.Hmac)
        {
            walk.Bind(5, AuditIndexer.NumberOf(Encoding.UTF8.GetBytes(filter.Hmac!)));
        }
        else if (best != AuditLead.Time)
        {
            walk.Bind(5, wanted[(int)best]);
        }

        return (walk, wanted, best == AuditLead.Hmac);
    }

    /// <param name="walk">Bound to where it begins.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="shard">Which chain.</param>
    /// <param name="fits">What the record itself must be; null where the index says all of it.</param>
    /// <param name="wanted">Numbers of words.</param>
    /// <param name="count">Of a page.</param>
    private AuditMatches Step(SqliteStatement walk, string tenant, string shard, Func<AuditRow, bool>? fits, long?[] wanted, int count)
    {
        var rows = new List<AuditRow>();
        var visited = 0;
        var found = default(AuditPlace);
        try
        {
            while (walk.Step())
            {
                visited++;
                var place = new AuditPlace(AuditRowCodec.Instant(walk.Int64(0)), walk.Int64(1));
                if ((fits is not null || Fits(walk, wanted)) && Row(tenant, shard, place.Sequence) is { } row && fits?.Invoke(row) != false)
                {
                    if (rows.Count == count)
                    {
                        return new AuditMatches(rows, found, IsIndexed: true, visited);
                    }

                    rows.Add(row);
                    found = place;
                }

                if (visited == MaxVisited)
                {
                    return new AuditMatches(rows, place, IsIndexed: true, visited);
                }
            }

            return new AuditMatches(rows, null, IsIndexed: true, visited);
        }
        finally
        {
            walk.Reset();
        }
    }

    private static bool Fits(SqliteStatement walk, long?[] wanted)
    {
        for (var lead = 1; lead < wanted.Length; lead++)
        {
            if (wanted[lead] is { } word && walk.Int64(lead + 1) != word)
            {
                return false;
            }
        }

        return true;
    }

    private AuditMatches ById(string tenant, string shard, Guid id, FindAuditEvents query)
    {
        Span<byte> bytes = stackalloc byte[AuditRowCodec.EventIdSize];
        AuditRowCodec.Write(id, bytes);
        var row = Read(_byId.Bind(1, tenant).Bind(2, shard).Bind(3, bytes));
        var fits = row is { } found && query.After is null && query.Filter.Fits(found.EventId, found.At, found.Record);
        return new AuditMatches(fits ? [row!.Value] : [], null, IsIndexed: true, 1);
    }

    /// <summary>Null when the event is no longer kept.</summary>
    private AuditRow? Row(string tenant, string shard, long sequence) => Read(_row.Bind(1, tenant).Bind(2, shard).Bind(3, sequence));

    private static AuditRow? Read(SqliteStatement statement)
    {
        try
        {
            return statement.Step()
                ? new AuditRow(statement.Int64(0), AuditRowCodec.EventId(statement.Blob(1)), AuditRowCodec.Instant(statement.Int64(2)), statement.Blob(3), statement.Blob(4))
                : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    private SqliteStatement Walk(AuditLead lead, bool oldestFirst)
    {
        if (!_walks.TryGetValue((lead, oldestFirst), out var walk))
        {
            _walks[(lead, oldestFirst)] = walk = new SqliteStatement(search, Sql(lead, oldestFirst));
        }

        return walk;
    }
}

using Microsoft.Data.Sqlite;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit.Sinks;

/// <summary>The log and the places of the sinks as the one thread has them.</summary>
internal sealed class SqliteFeedSession : IDisposable
{
    private static readonly SqliteSchema Schema = new(0x4D43534B, """
        CREATE TABLE sink(name TEXT PRIMARY KEY, begun INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE place(
            sink TEXT NOT NULL,
            tenant TEXT NOT NULL,
            shard TEXT NOT NULL,
            seq INTEGER NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY(sink, tenant, shard)) STRICT, WITHOUT ROWID;
        """);

    /// <summary>With more new rows than this it is less work to look at every chain.</summary>
    private const long MostNewRows = 20_000;

    private readonly SqliteConnection _log;
    private readonly SqliteConnection _places;
    private readonly SqliteTransactions _transactions;
    private readonly SqliteAuditReader _rows;
    private readonly SqliteStatement _newest;
    private readonly SqliteStatement _grown;
    private readonly SqliteStatement _nextStream;
    private readonly SqliteStatement _hash;
    private readonly SqliteStatement _firstAfter;
    private readonly SqliteStatement _sink;
    private readonly SqliteStatement _addSink;
    private readonly SqliteStatement _place;
    private readonly SqliteStatement _setPlace;
    private readonly Dictionary<string, long> _marks = new(StringComparer.Ordinal);

    /// <param name="logFile">Exists already.</param>
    /// <param name="placesFile">Made when it is missing.</param>
    public SqliteFeedSession(string logFile, string placesFile)
    {
        _places = SqliteFile.OpenWriter(placesFile, Schema);

        // A place that a crash takes means that a sink is told some events twice, which it may be anyhow: no commit waits for the disk.
        SqliteFile.Run(_places, "PRAGMA synchronous=NORMAL");
        _log = SqliteFile.OpenReader(logFile);
        _rows = new SqliteAuditReader(SqliteFile.OpenReader(logFile));
        _transactions = new SqliteTransactions(_places);
        _newest = new(_log, "SELECT rowid FROM audit_event ORDER BY rowid DESC LIMIT 1");
        _grown = new(_log, "SELECT DISTINCT tenant, shard FROM audit_event WHERE rowid>?1 AND rowid<=?2");
        _nextStream = new(_log, "SELECT tenant, shard FROM audit_event WHERE (tenant, shard)>(?1, ?2) ORDER BY tenant, shard LIMIT 1");
        _hash = new(_log, "SELECT hash FROM audit_event WHERE tenant=?1 AND shard=?2 AND seq=?3");
        _firstAfter = new(_log, "SELECT at FROM audit_event WHERE tenant=?1 AND shard=?2 AND seq>?3 ORDER BY seq LIMIT 1");
        _sink = new(_places, "SELECT 1 FROM sink WHERE name=?1");
        _addSink = new(_places, "INSERT INTO sink(name, begun) VALUES (?1, 1)");
        _place = new(_places, "SELECT seq, hash FROM place WHERE sink=?1 AND tenant=?2 AND shard=?3");
        _setPlace = new(_places, "INSERT INTO place(sink, tenant, shard, seq, hash) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET seq=excluded.seq, hash=excluded.hash");
    }

    public void Begin(string sink, bool fromNow)
    {
        if (Any(_sink.Bind(1, sink)))
        {
            return;
        }

        _transactions.Run(() =>
        {
            foreach (var stream in fromNow ? Streams() : [])
            {
                var head = _rows.Head(stream.Tenant, stream.Shard);
                Set(sink, new SinkPlace(stream, head.Sequence, head.Hash));
            }

            _addSink.Bind(1, sink).Execute();
        });
    }

    public IReadOnlyList<SinkBacklog> Behind(string sink, bool isWhole)
    {
        // Rows are appended at one end, so what grew since the last look lies behind a mark. What a deletion may hide so is found when everything is looked at.
        var newest = Newest();
        var streams = !isWhole && _marks.TryGetValue(sink, out var mark) && mark <= newest && newest - mark <= MostNewRows ? Grown(mark, newest) : Streams();
        _marks[sink] = newest;
        return [.. streams.Select(stream => Judge(sink, stream)).OfType<SinkBacklog>()];
    }

    public IReadOnlyList<AuditRow> Read(SinkStream stream, long after, int count) => _rows.Read(stream.Tenant, stream.Shard, after + 1, count);

    public void Advance(string sink, IReadOnlyList<SinkPlace> places) => _transactions.Run(() =>
    {
        foreach (var place in places)
        {
            Set(sink, place);
        }
    });

    public void Dispose()
    {
        foreach (var statement in new[] { _newest, _grown, _nextStream, _hash, _firstAfter, _sink, _addSink, _place, _setPlace })
        {
            statement.Dispose();
        }

        _transactions.Dispose();
        _rows.Dispose();
        _log.Dispose();
        _places.Dispose();
    }

    private SinkBacklog? Judge(string sink, SinkStream stream)
    {
        var (after, hash) = PlaceOf(sink, stream);
        var head = _rows.Head(stream.Tenant, stream.Shard).Sequence;
        var isRewound = after > head || IsForeign(stream, after, hash);
        after = isRewound ? 0 : after;
        return FirstAfter(stream, after) is { } oldest ? new SinkBacklog(stream, after, head, oldest, isRewound) : null;
    }

    /// <summary>Whether the log has another event at the place. One that is no longer kept says nothing.</summary>
    private bool IsForeign(SinkStream stream, long sequence, byte[] hash)
    {
        try
        {
            return sequence > 0 && _hash.Bind(1, stream.Tenant).Bind(2, stream.Shard).Bind(3, sequence).Step() && !_hash.Blob(0).AsSpan().SequenceEqual(hash);
        }
        finally
        {
            _hash.Reset();
        }
    }

    private (long Sequence, byte[] Hash) PlaceOf(string sink, SinkStream stream)
    {
        try
        {
            return _place.Bind(1, sink).Bind(2, stream.Tenant).Bind(3, stream.Shard).Step() ? (_place.Int64(0), _place.Blob(1)) : (0, []);
        }
        finally
        {
            _place.Reset();
        }
    }

    private DateTimeOffset? FirstAfter(SinkStream stream, long sequence)
    {
        try
        {
            return _firstAfter.Bind(1, stream.Tenant).Bind(2, stream.Shard).Bind(3, sequence).Step() ? AuditRowCodec.Instant(_firstAfter.Int64(0)) : null;
        }
        finally
        {
            _firstAfter.Reset();
        }
    }

    private void Set(string sink, SinkPlace place) =>
        _setPlace.Bind(1, sink).Bind(2, place.Stream.Tenant).Bind(3, place.Stream.Shard).Bind(4, place.Sequence).Bind(5, place.Hash).Execute();

    private long Newest()
    {
        try
        {
            return _newest.Step() ? _newest.Int64(0) : 0;
        }
        finally
        {
            _newest.Reset();
        }
    }

    private List<SinkStream> Grown(long after, long to)
    {
        var streams = new List<SinkStream>();
        _grown.Bind(1, after).Bind(2, to);
        try
        {
            while (_grown.Step())
            {
                streams.Add(new SinkStream(_grown.Text(0)!, _grown.Text(1)!));
            }
        }
        finally
        {
            _grown.Reset();
        }

        return streams;
    }

    private List<SinkStream> Streams()
    {
        var streams = new List<SinkStream>();
        var last = new SinkStream("", "");
        try
        {
            while (_nextStream.Bind(1, last.Tenant).Bind(2, last.Shard).Step())
            {
                streams.Add(last = new SinkStream(_nextStream.Text(0)!, _nextStream.Text(1)!));
                _nextStream.Reset();
            }
        }
        finally
        {
            _nextStream.Reset();
        }

        return streams;
    }

    private static bool Any(SqliteStatement statement)
    {
        try
        {
            return statement.Step();
        }
        finally
        {
            statement.Reset();
        }
    }
}

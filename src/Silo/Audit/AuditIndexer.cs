using System.Buffers.Binary;
using System.Buffers.Text;
using Microsoft.Data.Sqlite;
using Platform.Abstractions.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>A chain in the index: its number there, and how far it is indexed.</summary>
internal readonly record struct IndexedStream(long Id, long Sequence, byte[] Hash);

/// <summary>
/// Copies what searches ask for from <c>audit.db</c> into <c>audit-search.db</c>, in the order of each chain. Everything there can be made again, so nothing of it is waited for by an append,
/// and a lost commit only means that some events are indexed twice.
/// </summary>
internal sealed class AuditIndexer : IDisposable
{
    public static readonly SqliteSchema Schema = new(0x4D435351, """
        CREATE TABLE stream(id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, shard TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, UNIQUE(tenant, shard)) STRICT;
        CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE entry(
            stream INTEGER NOT NULL,
            at INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            class INTEGER NOT NULL,
            action INTEGER NOT NULL,
            outcome INTEGER NOT NULL,
            principal INTEGER NOT NULL,
            PRIMARY KEY(stream, at, seq)) STRICT, WITHOUT ROWID;
        CREATE INDEX entry_class ON entry(stream, class, at, seq, action, outcome, principal);
        CREATE INDEX entry_action ON entry(stream, action, at, seq, class, outcome, principal);
        CREATE INDEX entry_outcome ON entry(stream, outcome, at, seq, class, action, principal);
        CREATE INDEX entry_principal ON entry(stream, principal, at, seq, class, action, outcome);
        """, """
        CREATE TABLE hashed(stream INTEGER NOT NULL, hmac INTEGER NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(stream, hmac, at, seq)) STRICT, WITHOUT ROWID;
        CREATE INDEX hashed_time ON hashed(stream, at, seq);
        """, $"""
        CREATE INDEX entry_seq ON entry(stream, seq, at);
        CREATE TABLE tally(stream INTEGER NOT NULL, unit INTEGER NOT NULL, slot INTEGER NOT NULL, events INTEGER NOT NULL, PRIMARY KEY(stream, unit, slot)) STRICT, WITHOUT ROWID;
        {AuditTally.FromEntries}
        """);

    private const int MaxWords = 50_000;

    private static ReadOnlySpan<byte> Prefix => "hmac:"u8;

    private readonly SqliteTransactions _transactions;
    private readonly SqliteStatement _head;
    private readonly SqliteStatement _hash;
    private readonly SqliteStatement _rows;
    private readonly SqliteStatement _oldest;
    private readonly SqliteStatement _nextStream;
    private readonly SqliteStatement _stream;
    private readonly SqliteStatement _addStream;
    private readonly SqliteStatement _advance;
    private readonly SqliteStatement _forget;
    private readonly SqliteStatement _toPrune;
    private readonly SqliteStatement _prune;
    private readonly SqliteStatement _addHashed;
    private readonly SqliteStatement _forgetHashed;
    private readonly SqliteStatement _pruneHashed;
    private readonly SqliteStatement _word;
    private readonly SqliteStatement _addWord;
    private readonly SqliteStatement _add;
    private readonly AuditTally _tally;
    private readonly Dictionary<string, long> _words = new(StringComparer.Ordinal);

    public AuditIndexer(SqliteConnection log, SqliteConnection search)
    {
        _transactions = new SqliteTransactions(search);
        _head = new(log, "SELECT seq FROM audit_event WHERE tenant=?1 AND shard=?2 ORDER BY seq DESC LIMIT 1");
        _hash = new(log, "SELECT hash FROM audit_event WHERE tenant=?1 AND shard=?2 AND seq=?3");
        _rows = new(log, "SELECT seq, at, hash, record FROM audit_event WHERE tenant=?1 AND shard=?2 AND seq>?3 ORDER BY seq LIMIT ?4");
        _oldest = new(log, "SELECT seq, at FROM audit_event WHERE tenant=?1 AND shard=?2 ORDER BY seq LIMIT 1");
        _nextStream = new(log, "SELECT tenant, shard FROM audit_event WHERE (tenant, shard)>(?1, ?2) ORDER BY tenant, shard LIMIT 1");
        _stream = new(search, "SELECT id, seq, hash FROM stream WHERE tenant=?1 AND shard=?2");
        _addStream = new(search, "INSERT INTO stream(tenant, shard, seq, hash) VALUES (?1, ?2, 0, x'')");
        _advance = new(search, "UPDATE stream SET seq=?2, hash=?3 WHERE id=?1");
        _forget = new(search, "DELETE FROM entry WHERE stream=?1");
        _toPrune = new(search, "SELECT at FROM entry INDEXED BY entry_seq WHERE stream=?1 AND seq<?2 ORDER BY seq LIMIT ?3");
        _prune = new(search, "DELETE FROM entry WHERE (stream, at, seq) IN (SELECT stream, at, seq FROM entry INDEXED BY entry_seq WHERE stream=?1 AND seq<?2 ORDER BY seq LIMIT ?3)");
        _addHashed = new(search, "INSERT INTO hashed(stream, hmac, at, seq) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
        _forgetHashed = new(search, "DELETE FROM hashed WHERE stream=?1");
        _pruneHashed = new(search, "DELETE FROM hashed WHERE (stream, hmac, at, seq) IN (SELECT stream, hmac, at, seq FROM hashed INDEXED BY hashed_time WHERE stream=?1 AND at<?2 AND seq<?3 ORDER BY at LIMIT ?4)");
        _word = new(search, "SELECT id FROM word WHERE text=?1");
        _addWord = new(search, "INSERT INTO word(text) VALUES (?1) ON CONFLICT DO NOTHING");
        _add = new(search, "INSERT INTO entry(stream, at, seq, class, action, outcome, principal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING");
        _tally = new(search);
    }

    /// <summary>The chain after this one in the log; null when there is none.</summary>
    public (string Tenant, string Shard)? StreamAfter(string tenant, string shard)
    {
        try
        {
            return _nextStream.Bind(1, tenant).Bind(2, shard).Step() ? (_nextStream.Text(0)!, _nextStream.Text(1)!) : null;
        }
        finally
        {
            _nextStream.Reset();
        }
    }

    /// <summary>Indexes at most so many more events of a chain.</summary>
    /// <returns>The chain, and whether everything that was stored is indexed now.</returns>
    public (IndexedStream Stream, bool IsWhole) CatchUp(string tenant, string shard, int most)
    {
        var head = Number(_head.Bind(1, tenant).Bind(2, shard));
        if (Find(tenant, shard) is { } known && known.Sequence == head && !IsForeign(tenant, shard, known))
        {
            return (known, true);
        }

        var stream = default(IndexedStream);
        try
        {
            _transactions.Run(() => stream = Advance(tenant, shard, head, most));
        }
        catch
        {
            // Words of a transaction that was taken back have no number any more.
            _words.Clear();
            throw;
        }

        return (stream, stream.Sequence >= head);
    }

    /// <summary>Takes out entries of events that are no longer kept. HMACs less than a day older than the oldest event may stay: searches pass them over.</summary>
    /// <returns>How many.</returns>
    public int Prune(string tenant, string shard, int most)
    {
        long sequence;
        long at;
        try
        {
            if (!_oldest.Bind(1, tenant).Bind(2, shard).Step())
            {
                return 0;
            }

            (sequence, at) = (_oldest.Int64(0), _oldest.Int64(1));
        }
        finally
        {
            _oldest.Reset();
        }

        if (sequence <= 1 || Find(tenant, shard) is not { } stream)
        {
            return 0;
        }

        var pruned = 0;
        _transactions.Run(() =>
        {
            pruned = PruneEntries(stream.Id, sequence, most);
            pruned += _pruneHashed.Bind(1, stream.Id).Bind(2, at - TimeSpan.TicksPerDay).Bind(3, sequence).Bind(4, most).Execute();
        });
        return pruned;
    }

    /// <summary>What the index has of an HMAC: its first 64 bits. The few that share them are told apart by their records.</summary>
    public static long NumberOf(ReadOnlySpan<byte> hmac)
    {
        Span<byte> bytes = stackalloc byte[9];
        return Base64Url.TryDecodeFromUtf8(hmac.Slice(HashedValue.Prefix.Length, 12), bytes, out var length) && length == bytes.Length ? BinaryPrimitives.ReadInt64BigEndian(bytes) : 0;
    }

    /// <summary>The number of a text that some event has; null when none has it.</summary>
    public long? WordOf(string text)
    {
        if (_words.TryGetValue(text, out var known))
        {
            return known;
        }

        try
        {
            if (!_word.Bind(1, text).Step())
            {
                return null;
            }

            if (_words.Count >= MaxWords)
            {
                _words.Clear();
            }

            return _words[text] = _word.Int64(0);
        }
        finally
        {
            _word.Reset();
        }
    }

    public void Dispose()
    {
        _transactions.Dispose();
        foreach (var statement in new[] { _head, _hash, _rows, _oldest, _nextStream, _stream, _addStream, _advance, _forget, _prune, _addHashed, _forgetHashed, _pruneHashed, _word, _addWord, _add, _toPrune })
        {
            statement.Dispose();
        }

        _tally.Dispose();
    }

    private int PruneEntries(long stream, long before, int most)
    {
        var changes = new AuditTallyChanges();
        try
        {
            for (_toPrune.Bind(1, stream).Bind(2, before).Bind(3, most); _toPrune.Step();)
            {
                changes.Add(_toPrune.Int64(0), -1);
            }
        }
        finally
        {
            _toPrune.Reset();
        }

        _tally.Change(stream, changes);
        return _prune.Bind(1, stream).Bind(2, before).Bind(3, most).Execute();
    }

    private IndexedStream Advance(string tenant, string shard, long head, int most)
    {
        if (Find(tenant, shard) is not { } stream)
        {
            _addStream.Bind(1, tenant).Bind(2, shard).Execute();
            stream = Find(tenant, shard)!.Value;
        }

        if (stream.Sequence > head || IsForeign(tenant, shard, stream))
        {
            // The log is another one than was indexed, as after a restored backup: what the index says of it is worth nothing.
            _forget.Bind(1, stream.Id).Execute();
            _forgetHashed.Bind(1, stream.Id).Execute();
            _tally.Forget(stream.Id);
            stream = stream with { Sequence = 0, Hash = [] };
        }

        var changes = new AuditTallyChanges();
        _rows.Bind(1, tenant).Bind(2, shard).Bind(3, stream.Sequence).Bind(4, most);
        try
        {
            while (_rows.Step())
            {
                var record = _rows.Blob(3);
                if (Add(stream.Id, _rows.Int64(0), _rows.Int64(1), AuditFacets.Of(record)))
                {
                    changes.Add(_rows.Int64(1), 1);
                }

                AddHashed(stream.Id, _rows.Int64(0), _rows.Int64(1), record);
                stream = stream with { Sequence = _rows.Int64(0), Hash = _rows.Blob(2) };
            }
        }
        finally
        {
            _rows.Reset();
        }

        _tally.Change(stream.Id, changes);
        _advance.Bind(1, stream.Id).Bind(2, stream.Sequence).Bind(3, stream.Hash).Execute();
        return stream;
    }

    /// <summary>Whether the log has another event at the place up to which it was indexed. One that is no longer kept says nothing.</summary>
    private bool IsForeign(string tenant, string shard, IndexedStream stream)
    {
        try
        {
            return _hash.Bind(1, tenant).Bind(2, shard).Bind(3, stream.Sequence).Step() && !_hash.Blob(0).AsSpan().SequenceEqual(stream.Hash);
        }
        finally
        {
            _hash.Reset();
        }
    }

    private bool Add(long stream, long sequence, long at, in AuditFacets facets) =>
        _add.Bind(1, stream).Bind(2, at).Bind(3, sequence)
            .Bind(4, Word(facets.Class)).Bind(5, Word(facets.Action)).Bind(6, Word(facets.Outcome)).Bind(7, Word(facets.Principal)).Execute() == 1;

    private void AddHashed(long stream, long sequence, long at, ReadOnlySpan<byte> record)
    {
        for (var rest = record; rest.IndexOf(Prefix) is >= 0 and var place && rest.Length - place >= HashedValue.Length; rest = rest[(place + HashedValue.Length)..])
        {
            _addHashed.Bind(1, stream).Bind(2, NumberOf(rest.Slice(place, HashedValue.Length))).Bind(3, at).Bind(4, sequence).Execute();
        }
    }

    private long Word(string text)
    {
        if (WordOf(text) is { } known)
        {
            return known;
        }

        _addWord.Bind(1, text).Execute();
        return WordOf(text)!.Value;
    }

    private IndexedStream? Find(string tenant, string shard)
    {
        try
        {
            return _stream.Bind(1, tenant).Bind(2, shard).Step() ? new IndexedStream(_stream.Int64(0), _stream.Int64(1), _stream.Blob(2)) : null;
        }
        finally
        {
            _stream.Reset();
        }
    }

    private static long Number(SqliteStatement statement)
    {
        try
        {
            return statement.Step() ? statement.Int64(0) : 0;
        }
        finally
        {
            statement.Reset();
        }
    }
}

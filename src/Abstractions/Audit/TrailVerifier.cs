using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Audit;

/// <summary>
/// Judges a shard's whole trail: signed segments, the signed end, what witnesses saw, and then every record, in this order; names the first record that is bad and
/// what was done. One record and one segment's worth of marks are in memory at a time. Knows no storage and no network.
/// </summary>
/// <param name="tenant">Whose trail it must be.</param>
/// <param name="shard">Of the trail.</param>
/// <param name="keys">The audit keys that are believed.</param>
public sealed class TrailVerifier(TenantId tenant, string shard, AuditKeyChain? keys)
{
    private readonly AuditVerifier _chain = new(tenant);
    private readonly List<Segment> _segments = [];
    private readonly Dictionary<long, byte[]> _seen = [];
    private readonly List<ChainLink> _found = [];
    private string _lastHeader = SegmentHeader.None;
    private int _lastKey = 1;
    private (long Sequence, byte[] Hash)? _end;
    private MerkleFrontier _tree = new();
    private int _segment;
    private long _signed;
    private long _pruned;
    private byte[]? _before;
    private (long FirstBad, string Fault)? _fault;

    private readonly record struct Segment(long First, long Last, byte[] FirstHash, byte[] LastHash, byte[] Root, DateTimeOffset Young);

    /// <summary>True once something was found; what is added after that changes nothing.</summary>
    public bool HasFault => _fault is not null;

    /// <summary>Sealed segments so far.</summary>
    public long Segments => _segments.Count;

    /// <summary>Sequence of the last record under a sealed segment.</summary>
    public long Sealed => _segments.Count == 0 ? 0 : _segments[^1].Last;

    /// <summary>The sequence that should come next.</summary>
    public long Next => _chain.Result.Events + 1 + _found.Count;

    /// <summary>Adds the next sealed segment.</summary>
    public void AddSegment(string compact)
    {
        var first = Sealed + 1;
        if (HasFault)
        {
            return;
        }

        if (!AuditStatement.TryRead(compact, SegmentHeader.Type, out var statement) || !SegmentHeader.TryRead(statement.Payload, out var header)
            || !TryHash(header.FirstHash, out var firstHash) || !TryHash(header.LastHash, out var lastHash) || !TryHash(header.Root, out var root))
        {
            Fail(first, AuditFault.Unreadable);
            return;
        }

        if (!IsOurs(header.Tenant, header.Shard))
        {
            Fail(first, AuditFault.ForeignTenant);
            return;
        }

        if (header.Number != _segments.Count + 1 || header.First != first || header.Last < first || header.Last - first >= SegmentHeader.MostRecords)
        {
            Fail(first, AuditFault.SegmentMissing);
            return;
        }

        if (CheckKey(statement, header.Sealed) is { } fault)
        {
            Fail(first, fault);
            return;
        }

        if (!string.Equals(header.Previous, _lastHeader, StringComparison.Ordinal))
        {
            // The one before is not the one that this one was sealed after.
            Fail(_segments.Count == 0 ? first : _segments[^1].First, AuditFault.Rewritten);
            return;
        }

        _segments.Add(new Segment(header.First, header.Last, firstHash, lastHash, root, header.Sealed > header.Closed ? header.Sealed : header.Closed));
        _lastHeader = statement.Hash;
    }

    /// <summary>What is said of records that are no longer kept; after all segments, before everything else.</summary>
    public void AddPruned(string compact)
    {
        if (HasFault)
        {
            return;
        }

        if (!PrunedTrail.TryRead(compact, out var statement, out var pruned) || !TryHash(pruned.Hash, out var hash))
        {
            Fail(1, AuditFault.Unreadable);
        }
        else if (!IsOurs(pruned.Tenant, pruned.Shard))
        {
            Fail(1, AuditFault.ForeignTenant);
        }
        else if ((keys is null ? AuditFault.UnknownKey : keys.Check(statement, pruned.At, out _)) is { } fault)
        {
            Fail(1, fault);
        }
        else if (pruned.Segment < 1 || pruned.Segment > _segments.Count || !EndsWith(_segments[(int)pruned.Segment - 1], pruned.Through, hash)
            || _segments[(int)pruned.Segment - 1].Young + TimeSpan.FromDays(pruned.Days) > pruned.At)
        {
            Fail(1, AuditFault.Rewritten);
        }
        else
        {
            _chain.StartAfter(pruned.Through, hash);
            (_pruned, _signed, _segment) = (pruned.Through, pruned.Through, (int)pruned.Segment);
        }
    }

    /// <summary>The signed end of the trail, after all segments.</summary>
    public void AddCheckpoint(string compact)
    {
        if (HasFault)
        {
            return;
        }

        if (!AuditStatement.TryRead(compact, AuditCheckpoint.Type, out var statement) || !AuditCheckpoint.TryRead(statement.Payload, out var checkpoint) || !TryHash(checkpoint.Hash, out var hash))
        {
            Fail(Sealed + 1, AuditFault.Unreadable);
        }
        else if (!IsOurs(checkpoint.Tenant, checkpoint.Shard))
        {
            Fail(1, AuditFault.ForeignTenant);
        }
        else if (CheckKey(statement, checkpoint.At) is { } fault)
        {
            Fail(Sealed + 1, fault);
        }
        else if (checkpoint.Segments != _segments.Count || checkpoint.Sequence < Sealed)
        {
            Fail(Sealed + 1, AuditFault.SegmentMissing);
        }
        else if (!string.Equals(checkpoint.Segment, _lastHeader, StringComparison.Ordinal))
        {
            Fail(_segments[^1].First, AuditFault.Rewritten);
        }
        else
        {
            EndAt(checkpoint.Sequence, hash);
        }
    }

    /// <summary>The end of the trail by other knowledge, such as the memory of the grain that writes it.</summary>
    public void EndAt(long sequence, byte[] hash) => _end = (sequence, hash);

    /// <summary>
    /// What somebody outside kept: a checkpoint of the same ring. After the end is known. One of another tenant, or younger than the trail that is judged, says nothing.
    /// </summary>
    /// <param name="compact">The statement.</param>
    /// <param name="at">When the trail that is judged was taken.</param>
    public void AddWitness(string compact, DateTimeOffset at)
    {
        if (HasFault)
        {
            return;
        }

        var end = _end?.Sequence ?? Sealed;
        if (!AuditStatement.TryRead(compact, AuditCheckpoint.Type, out var statement) || !AuditCheckpoint.TryRead(statement.Payload, out var checkpoint) || !TryHash(checkpoint.Hash, out var hash))
        {
            Fail(end + 1, AuditFault.Unreadable);
            return;
        }

        if (!IsOurs(checkpoint.Tenant, checkpoint.Shard) || checkpoint.At > at)
        {
            return;
        }

        if (keys is null || keys.Check(statement, checkpoint.At, out _) is not null)
        {
            Fail(end + 1, AuditFault.UnknownKey);
            return;
        }

        AddSighting(checkpoint.Sequence, hash);
    }

    /// <summary>What a platform checkpoint, checked already, says of the end of this trail. After the end is known; as <see cref="AddWitness(string, DateTimeOffset)"/>.</summary>
    public void AddWitness(TrailHead head, DateTimeOffset seen, DateTimeOffset at)
    {
        if (!HasFault && seen <= at && IsOurs(head.Tenant, head.Shard) && TryHash(head.Hash, out var hash))
        {
            AddSighting(head.Sequence, hash);
        }
    }

    /// <summary>A witness's own lines do not fit together.</summary>
    public void RefuseWitness(string fault) => Fail((_end?.Sequence ?? Sealed) + 1, fault);

    private void AddSighting(long sequence, byte[] hash)
    {
        var end = _end?.Sequence ?? Sealed;
        if (sequence > end)
        {
            Fail(end + 1, AuditFault.RolledBack);
        }
        else if (sequence > 0)
        {
            if (_seen.TryGetValue(sequence, out var other) && !other.AsSpan().SequenceEqual(hash))
            {
                Fail(sequence, AuditFault.Rewritten);
            }

            _seen[sequence] = hash;
        }
    }

    /// <summary>Adds the next record as it was found. False once nothing more can be learned.</summary>
    public bool AddRecord(long sequence, ReadOnlySpan<byte> record, ReadOnlySpan<byte> hash)
    {
        if (HasFault)
        {
            return false;
        }

        if (sequence <= _pruned)
        {
            // A deletion that is under way, or was cut short.
            return true;
        }

        if (_found.Count == 0)
        {
            var head = _chain.Head.ToArray();
            if (_end is { } end && sequence > end.Sequence && _chain.Result.Events == end.Sequence)
            {
                Fail(sequence, AuditFault.Inserted);
                return false;
            }

            if (_chain.Check(sequence, record, hash))
            {
                _before = head;
                return Confirm(sequence, record, hash);
            }

            if (_chain.Result.Fault == AuditFault.ForeignTenant)
            {
                Fail(_chain.Result.FirstBad!.Value, AuditFault.ForeignTenant);
                return false;
            }
        }

        _found.Add(new ChainLink(sequence, record.ToArray(), hash.ToArray()));
        return sequence < (Signed()?.Sequence ?? long.MaxValue) && _found.Count <= SegmentHeader.MostRecords;
    }

    /// <summary>The verdict, after the last record.</summary>
    public AuditVerification Finish()
    {
        var result = _chain.Result;
        if (!HasFault && _found.Count > 0)
        {
            _fault = ChainDiagnosis.Of(_before, _chain.Head.ToArray(), result.Events + 1, _found, Signed());
        }
        else if (!HasFault && result.Events < Math.Max(Sealed, _end?.Sequence ?? 0))
        {
            Fail(result.Events + 1, AuditFault.Truncated);
        }
        else if (!HasFault && _end is { } end && !end.Hash.AsSpan().SequenceEqual(_chain.Head))
        {
            Fail(_signed + 1, AuditFault.Rewritten);
        }

        return new AuditVerification(Math.Min(result.Events, (_fault?.FirstBad ?? long.MaxValue) - 1), result.Head, _fault?.FirstBad, _fault?.Fault) { Segments = _segments.Count, PrunedThrough = _pruned };
    }

    /// <summary>A record that follows from the one before must be the one that was signed, too.</summary>
    private bool Confirm(long sequence, ReadOnlySpan<byte> record, ReadOnlySpan<byte> hash)
    {
        if (_seen.TryGetValue(sequence, out var seen) && !hash.SequenceEqual(seen))
        {
            return Fail(_signed + 1, AuditFault.Rewritten);
        }

        if (_segment == _segments.Count)
        {
            return true;
        }

        var segment = _segments[_segment];
        _tree.Add(record);
        if (sequence == segment.First && !hash.SequenceEqual(segment.FirstHash))
        {
            return Fail(segment.First, AuditFault.Rewritten);
        }

        if (sequence < segment.Last)
        {
            return true;
        }

        if (!hash.SequenceEqual(segment.LastHash) || !_tree.Root().AsSpan().SequenceEqual(segment.Root))
        {
            return Fail(segment.First, AuditFault.Rewritten);
        }

        (_tree, _segment, _signed) = (new MerkleFrontier(), _segment + 1, sequence);
        return true;
    }

    private (long Sequence, byte[] Hash)? Signed() => _segment < _segments.Count ? (_segments[_segment].Last, _segments[_segment].LastHash) : _end;

    /// <summary>Keys follow each other in time: what one signed does not come after what its successor signed.</summary>
    private string? CheckKey(AuditStatement statement, DateTimeOffset at)
    {
        if (keys is null)
        {
            return AuditFault.UnknownKey;
        }

        if (keys.Check(statement, at, out var number) is { } fault)
        {
            return fault;
        }

        if (number < _lastKey)
        {
            return AuditFault.RetiredKey;
        }

        _lastKey = number;
        return null;
    }

    private static bool EndsWith(Segment segment, long sequence, byte[] hash) => segment.Last == sequence && segment.LastHash.AsSpan().SequenceEqual(hash);

    private bool IsOurs(string owner, string part) =>
        string.Equals(owner, tenant.ToString(), StringComparison.Ordinal) && string.Equals(part, shard, StringComparison.Ordinal);

    private bool Fail(long firstBad, string fault)
    {
        _fault ??= (firstBad, fault);
        return false;
    }

    private static bool TryHash(string hex, out byte[] hash)
    {
        hash = new byte[AuditChain.HashSize];
        return hex.Length == 2 * AuditChain.HashSize && !hex.AsSpan().ContainsAnyInRange('A', 'F')
            && Convert.FromHexString(hex, hash, out _, out var written) == System.Buffers.OperationStatus.Done && written == AuditChain.HashSize;
    }
}

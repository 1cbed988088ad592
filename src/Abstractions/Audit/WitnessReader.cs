namespace Platform.Abstractions.Audit;

/// <summary>Puts together what a witness was given, record by record: the ends of all trails as its last record says. Knows no file.</summary>
public sealed class WitnessReader
{
    private readonly Dictionary<(string Tenant, string Shard), TrailHead> _heads = [];

    /// <summary>The last record that could be used; null before the first.</summary>
    public WitnessRecord? Last { get; private set; }

    /// <summary>The heads at that record, in their order.</summary>
    public TrailHead[] Heads
    {
        get
        {
            var heads = _heads.Values.ToArray();
            Array.Sort(heads, TrailHead.Compare);
            return heads;
        }
    }

    public TrailHead? Find(string tenant, string shard) => _heads.GetValueOrDefault((tenant, shard));

    /// <summary>Takes the next record. One that builds on a record that is missing is passed over, until one has all heads.</summary>
    public void Add(WitnessRecord record)
    {
        if (!record.Full && Last?.Number != record.Number - 1)
        {
            return;
        }

        if (record.Full)
        {
            _heads.Clear();
        }

        foreach (var head in record.Heads)
        {
            if (head.Sequence == 0)
            {
                _heads.Remove((head.Tenant, head.Shard));
            }
            else
            {
                _heads[(head.Tenant, head.Shard)] = head;
            }
        }

        Last = record;
    }

    /// <summary>Null when the ring signed the last record and its root is that of the heads; else the fault.</summary>
    public string? Check(AuditKeyChain? keys)
    {
        if (Last is null || !PlatformCheckpoint.TryRead(Last.Statement, out var statement, out var checkpoint))
        {
            return AuditFault.Unreadable;
        }

        if (keys is null)
        {
            return AuditFault.UnknownKey;
        }

        return keys.Check(statement, checkpoint.At, out _) ?? (string.Equals(HeadTree.RootOf(Heads), checkpoint.Root, StringComparison.Ordinal) ? null : AuditFault.Unreadable);
    }

    /// <summary>All of it as one record.</summary>
    public WitnessRecord? Whole() => Last is null ? null : Last with { Full = true, Heads = Heads };
}

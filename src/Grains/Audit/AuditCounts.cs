using Platform.Abstractions.Audit;

namespace Platform.Grains.Audit;

/// <summary>Events of each bucket as a search counts them.</summary>
public sealed class AuditCounts(AuditBuckets buckets)
{
    private readonly long[] _events = new long[buckets.Count];
    private readonly bool[] _isShort = new bool[buckets.Count];

    /// <summary>Entries of an index that were looked at.</summary>
    public int Visited { get; set; }

    public void Add(DateTimeOffset at, long events) => _events[buckets.IndexOf(at)] += events;

    /// <summary>Nothing from one moment to another, the latter included, is counted any more: of these buckets the count is what there is at least.</summary>
    public void Stop(DateTimeOffset from, DateTimeOffset at) => Array.Fill(_isShort, true, buckets.IndexOf(from), buckets.IndexOf(at) - buckets.IndexOf(from) + 1);

    public AuditHistogram View() => new(
        buckets.From, buckets.To, !_isShort.Contains(true), [.. _events.Select((events, index) => new AuditBucket(buckets.StartOf(index), buckets.EndOf(index), events, !_isShort[index]))]);
}

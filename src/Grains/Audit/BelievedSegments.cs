using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Audit;

/// <summary>
/// What a store says of sealed segments, as far as an audit key signed it. Whoever can write to the store can write headers with times of long ago: what is deleted because its time is over must be old by
/// the word of the key.
/// </summary>
internal static class BelievedSegments
{
    /// <summary>The headers in their order, to the first that is another's, is missing, or was signed by no key of the ring in its time.</summary>
    /// <param name="statements">As they are stored.</param>
    /// <param name="tenant">Whose trail it must be.</param>
    /// <param name="shard">Of the trail.</param>
    /// <param name="first">Number of the first of them.</param>
    /// <param name="keys">The ring.</param>
    public static IEnumerable<SegmentHeader> Read(IEnumerable<string> statements, TenantId tenant, string shard, long first, AuditKeyChain keys)
    {
        var trail = tenant.ToString();
        SegmentHeader? before = null;
        string? hash = null;
        foreach (var compact in statements)
        {
            if (!AuditStatement.TryRead(compact, SegmentHeader.Type, out var statement) || !SegmentHeader.TryRead(statement.Payload, out var header)
                || !string.Equals(header.Tenant, trail, StringComparison.Ordinal) || !string.Equals(header.Shard, shard, StringComparison.Ordinal)
                || header.Number != (before?.Number + 1 ?? first)
                || (before is not null && (header.First != before.Last + 1 || !string.Equals(header.Previous, hash, StringComparison.Ordinal)))
                || keys.Check(statement, header.Sealed, out _) is not null)
            {
                yield break;
            }

            (before, hash) = (header, statement.Hash);
            yield return header;
        }
    }
}

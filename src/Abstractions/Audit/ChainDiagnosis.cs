using System.Security.Cryptography;

namespace Platform.Abstractions.Audit;

/// <summary>A record with its sequence and hash, as it was found.</summary>
internal readonly record struct ChainLink(long Sequence, byte[] Record, byte[] Hash);

/// <summary>
/// Says what was done to a chain, from the records where it stopped to fit. It reads marks: somebody who knows the rules can leave those of another deed,
/// never none.
/// </summary>
internal static class ChainDiagnosis
{
    /// <summary>So many records are tried as the next one: a bound of work, not of what is detected.</summary>
    private const int MostTried = 256;

    /// <param name="before">The hash before the last record that fit, when one fit.</param>
    /// <param name="head">The hash of the last record that fit.</param>
    /// <param name="expected">The sequence that should follow.</param>
    /// <param name="found">The records that were found there, up to the signed one; at least one.</param>
    /// <param name="signed">Sequence and hash that a signed statement gives for a later record.</param>
    /// <returns>The first bad sequence and the fault.</returns>
    public static (long FirstBad, string Fault) Of(byte[]? before, byte[] head, long expected, List<ChainLink> found, (long Sequence, byte[] Hash)? signed)
    {
        var order = Follow(head, found);
        if (order.Contains(0))
        {
            return (expected, order[0] == 0 ? AuditFault.Edited : AuditFault.Reordered);
        }

        if (order.Count > 0)
        {
            return (expected, AuditFault.Inserted);
        }

        if (before is not null && Fits(before, found[0]))
        {
            return (expected - 1, AuditFault.Inserted);
        }

        if (found[0].Sequence > expected)
        {
            return (expected, AuditFault.Deleted);
        }

        // The signed record, where it lies, tells by how many places everything was moved.
        var at = signed is { } end ? found.FindIndex(link => link.Hash.AsSpan().SequenceEqual(end.Hash)) : -1;
        var moved = at < 0 ? 0 : found[at].Sequence - signed!.Value.Sequence;
        return (expected, moved < 0 ? AuditFault.Deleted : moved > 0 ? AuditFault.Inserted : AuditFault.Edited);
    }

    /// <summary>Places of those that follow each other from the head on, in the order of the chain.</summary>
    private static List<int> Follow(byte[] head, List<ChainLink> found)
    {
        var left = Enumerable.Range(0, Math.Min(found.Count, MostTried)).ToList();
        var order = new List<int>();
        while (left.FindIndex(i => Fits(head, found[i])) is >= 0 and var next)
        {
            order.Add(left[next]);
            head = found[left[next]].Hash;
            left.RemoveAt(next);
        }

        return order;
    }

    private static bool Fits(byte[] head, ChainLink link)
    {
        Span<byte> hash = stackalloc byte[AuditChain.HashSize];
        AuditChain.Next(head, link.Record, hash);
        return CryptographicOperations.FixedTimeEquals(hash, link.Hash);
    }
}

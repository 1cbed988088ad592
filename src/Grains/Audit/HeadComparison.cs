using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Audit;

/// <summary>What became of a head that was seen before.</summary>
/// <param name="Seen">Then.</param>
/// <param name="Sequence">First record that is missing or another.</param>
/// <param name="Fault">One of <see cref="AuditFault"/>.</param>
internal readonly record struct LostHead(TrailHead Seen, long Sequence, string Fault);

/// <summary>
/// Compares heads that were seen before with the trails as they are. A trail only grows: the record that was its end is still there, with its hash. Only for trails that
/// grew does that take a question to the store.
/// </summary>
/// <param name="log">The store.</param>
/// <param name="ends">Of all trails, as they are now.</param>
/// <param name="keys">The audit keys: only what one of them signed says that records were deleted because their time was over.</param>
internal sealed class HeadComparison(IAuditLog log, IReadOnlyDictionary<(string Tenant, string Shard), TrailEnd> ends, AuditKeyChain? keys)
{
    public async Task<List<LostHead>> CompareAsync(IEnumerable<TrailHead> seen)
    {
        var lost = new List<LostHead>();
        foreach (var head in seen)
        {
            if (await CompareAsync(head) is { } fault)
            {
                lost.Add(fault);
            }
        }

        return lost;
    }

    private async Task<LostHead?> CompareAsync(TrailHead seen)
    {
        var end = ends.GetValueOrDefault((seen.Tenant, seen.Shard));
        if (end is null || end.Head.Sequence < seen.Sequence)
        {
            return new LostHead(seen, (end?.Head.Sequence ?? 0) + 1, AuditFault.RolledBack);
        }

        var hash = end.Head.Hash;
        if (end.Head.Sequence > seen.Sequence && TenantId.TryParse(end.Tenant, out var tenant))
        {
            var rows = await log.ReadAsync(tenant, end.Shard, seen.Sequence, 1, CancellationToken.None);
            if (rows is not [var row] || row.Sequence != seen.Sequence)
            {
                // Deleted because its time was over: then the statement says so, and what it says is compared when the trail is verified.
                return PrunedTrail.TryRead(await log.PrunedAsync(tenant, seen.Shard, CancellationToken.None), out var statement, out var pruned) && IsOf(seen, pruned)
                    && keys is not null && keys.Check(statement, pruned.At, out _) is null
                    ? null
                    : new LostHead(seen, seen.Sequence, AuditFault.Deleted);
            }

            hash = row.Hash;
        }

        return string.Equals(Convert.ToHexStringLower(hash), seen.Hash, StringComparison.Ordinal) ? null : new LostHead(seen, seen.Sequence, AuditFault.Rewritten);
    }

    private static bool IsOf(TrailHead seen, PrunedTrail pruned) =>
        pruned.Through >= seen.Sequence && string.Equals(pruned.Tenant, seen.Tenant, StringComparison.Ordinal) && string.Equals(pruned.Shard, seen.Shard, StringComparison.Ordinal);
}

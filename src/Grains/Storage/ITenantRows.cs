namespace Platform.Grains.Storage;

/// <summary>Rows of one grain type of a tenant.</summary>
public readonly record struct RowCount(string GrainType, long Rows);

/// <summary>All grain state of one tenant, of whichever kind: what its deletion empties. A tenant is compared whole: none is reached through another whose id begins like it.</summary>
public interface ITenantRows
{
    /// <summary>
    /// When it returns, no row of the tenant comes into being any more, whichever silo tries and whatever its grains still hold in memory: their writes are refused as conflicts. For good, as ids
    /// are never given twice. Again, it changes nothing.
    /// </summary>
    ValueTask CloseAsync(string tenant, CancellationToken cancel);

    /// <summary>How many rows there are, by grain type.</summary>
    ValueTask<IReadOnlyList<RowCount>> CountAsync(string tenant, CancellationToken cancel);

    /// <summary>Deletes up to <paramref name="count"/> rows of a closed tenant and returns how many it went for: 0 when none is left.</summary>
    ValueTask<int> RemoveAsync(string tenant, int count, CancellationToken cancel);
}

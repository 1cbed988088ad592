namespace Platform.Grains.Storage;

/// <summary>What a grain state shows of itself to lists: it is stored beside the payload, in the same row, so it cannot disagree with it.</summary>
public interface IProjected
{
    /// <summary>Small JSON for lists, or null.</summary>
    string? Info { get; }

    /// <summary>From this instant on the row is dead and may be cleaned up; null lives on.</summary>
    DateTimeOffset? ExpiresAt { get; }
}

/// <summary>A row of grain state without its payload.</summary>
public readonly record struct StateRow(string Key, string? Info, DateTimeOffset? ExpiresAt);

/// <summary>
/// Lists grain state by type (docs/adr/0005): indexes are rebuilt from the rows themselves instead of being written beside them.
/// </summary>
public interface IStateIndex
{
    /// <summary>Up to <paramref name="count"/> rows of one type in one tenant, by key in ordinal order, after <paramref name="after"/> when given.</summary>
    /// <param name="tenant">Tenant id, <c>_sys</c> included.</param>
    /// <param name="grainType">The stable grain type, as in <c>[GrainType]</c>.</param>
    /// <param name="after">Exclusive lower bound of the key, or null.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="cancel">Gives up waiting.</param>
    ValueTask<IReadOnlyList<StateRow>> ListAsync(string tenant, string grainType, string? after, int count, CancellationToken cancel);
}

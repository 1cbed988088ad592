using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Resources;

/// <summary>A tenant's memory resources and their byte quota. Key: <c>{tenant}</c>. Rebuilt from storage, so it cannot disagree with it.</summary>
[Alias("resource-index")]
public interface IResourceIndexGrain : IGrainWithStringKey
{
    /// <summary>Most entries of one answer.</summary>
    const int MaxPage = 1_001;

    /// <summary>Sets room aside for a change of the key, 0 for a deletion; settled by <see cref="CommitAsync"/> or <see cref="ReleaseAsync"/>.</summary>
    [Alias("reserve")]
    Task<Problem?> ReserveAsync(string key, int charge);

    /// <summary>The write is on disk.</summary>
    [Alias("commit")]
    Task CommitAsync(MemoryEntry entry);

    /// <summary>Nothing is stored under the key: it was deleted, or never written.</summary>
    [Alias("release")]
    Task ReleaseAsync(string key);

    /// <summary>Live entries by key, ordinal order.</summary>
    /// <param name="prefix">What keys begin with; empty for all.</param>
    /// <param name="after">Exclusive lower bound, or null.</param>
    /// <param name="pageSize">1 to <see cref="MaxPage"/>.</param>
    [Alias("page")]
    Task<MemoryEntry[]> PageAsync(string prefix, string? after, int pageSize);

    /// <summary>Bytes charged and allowed.</summary>
    [Alias("usage")]
    Task<MemoryUsage> UsageAsync();
}

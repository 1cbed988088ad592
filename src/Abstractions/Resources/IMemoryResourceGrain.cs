using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Resources;

/// <summary>What a list shows of a memory resource.</summary>
[GenerateSerializer, Alias("memory-entry"), Immutable]
public sealed record MemoryEntry
{
    [Id(0)] public required string Key { get; init; }
    [Id(1)] public required string MimeType { get; init; }

    /// <summary>Bytes of the value in UTF-8.</summary>
    [Id(2)] public required int Size { get; init; }
    [Id(3)] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>From this instant on the resource does not exist.</summary>
    [Id(4)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Counts the writes; starts at 1.</summary>
    [Id(5)] public required long Version { get; init; }
}

/// <summary>A memory resource with its text, as it was when it was read.</summary>
[GenerateSerializer, Alias("memory-content"), Immutable]
public sealed record MemoryContent([property: Id(0)] MemoryEntry Entry, [property: Id(1)] string Text);

/// <summary>Writes a memory resource.</summary>
/// <param name="Text">The value.</param>
/// <param name="MimeType">Defaults to <c>text/plain</c>.</param>
/// <param name="Ttl">1 s to 30 days; one hour when null (RS-3).</param>
[GenerateSerializer, Alias("set-memory"), Immutable]
public sealed record SetMemory([property: Id(0)] string Text, [property: Id(1)] string? MimeType, [property: Id(2)] TimeSpan? Ttl)
{
    public static readonly TimeSpan DefaultTtl = TimeSpan.FromHours(1);
    public static readonly TimeSpan MaxTtl = TimeSpan.FromDays(30);
}

/// <summary>One memory resource. Key: <c>{tenant}/{memory key}</c>. Expiry is decided on read.</summary>
[Alias("memory-resource")]
public interface IMemoryResourceGrain : IGrainWithStringKey
{
    /// <summary>Writes and answers after the value is on disk; <c>quota-exceeded</c> when the tenant's 50 MB do not hold it.</summary>
    [Alias("set")]
    Task<Result<MemoryEntry>> SetAsync(SetMemory command, Caller caller);

    [Alias("get")]
    Task<Result<MemoryContent>> GetAsync();

    /// <summary>The live entry, or null: how the index settles a reservation whose outcome it never heard of.</summary>
    [Alias("describe")]
    Task<MemoryEntry?> DescribeAsync();

    /// <summary>True when there was something to delete.</summary>
    [Alias("delete")]
    Task<Result<bool>> DeleteAsync(Caller caller);
}

/// <summary>A tenant's memory resources and their byte quota. Key: <c>{tenant}</c>. Rebuilt from storage, so it cannot disagree with it.</summary>
[Alias("resource-index")]
public interface IResourceIndexGrain : IGrainWithStringKey
{
    /// <summary>Sets room aside for a write of the key; released by <see cref="CommitAsync"/> or <see cref="ReleaseAsync"/>.</summary>
    [Alias("reserve")]
    Task<Problem?> ReserveAsync(string key, int charge);

    /// <summary>The write is on disk.</summary>
    [Alias("commit")]
    Task CommitAsync(MemoryEntry entry);

    /// <summary>The write did not happen, or the key was deleted (<paramref name="deleted"/>).</summary>
    [Alias("release")]
    Task ReleaseAsync(string key, bool deleted);

    /// <summary>Live entries by key, ordinal order.</summary>
    [Alias("page")]
    Task<MemoryEntry[]> PageAsync(string? after, int pageSize);

    /// <summary>Bytes charged and allowed.</summary>
    [Alias("usage")]
    Task<MemoryUsage> UsageAsync();
}

/// <param name="Bytes">Charged now: keys, values and a fixed overhead for each, with what is set aside.</param>
/// <param name="Limit">Most that can be charged.</param>
/// <param name="Count">Live resources.</param>
[GenerateSerializer, Alias("memory-usage"), Immutable]
public readonly record struct MemoryUsage([property: Id(0)] long Bytes, [property: Id(1)] long Limit, [property: Id(2)] int Count);

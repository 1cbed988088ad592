using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Resources;

/// <summary>
/// One memory resource. Key: <c>{tenant}/{memory key}</c>. Expiry is decided on read. Where a change names the version that it expects, 0 for none, another one
/// answers <c>precondition-failed</c>.
/// </summary>
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

    /// <summary>Moves the end of its life and leaves its value.</summary>
    [Alias("extend")]
    Task<Result<MemoryEntry>> ExtendAsync(ExtendMemory command, long? expectedVersion, Caller caller);

    /// <summary>True when there was something to delete.</summary>
    [Alias("delete")]
    Task<Result<bool>> DeleteAsync(long? expectedVersion, Caller caller);
}

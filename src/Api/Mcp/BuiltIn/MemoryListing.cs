using Platform.Abstractions.Identity;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Api.Authentication;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>The memory resources that a caller may read (AZ-5), by whatever door it comes: resources, tools or prompts.</summary>
internal sealed class MemoryListing(TenantGrains grains)
{
    /// <summary>How many entries are looked at in one round when the caller may see only some of them.</summary>
    private const int Round = 1_000;

    private static readonly Permission Everything = Permission.Parse($"resources:read:{ResourceName.Memory("*")}");

    /// <summary>Up to <paramref name="size"/> entries after a key, and the key to go on from; what is hidden shows in neither.</summary>
    public async ValueTask<(MemoryEntry[] Entries, string? Next)> PageAsync(AuthenticatedCaller caller, string? after, int size, CancellationToken cancel)
    {
        var index = grains.For(caller.Caller.Tenant).The<IResourceIndexGrain>();
        if (caller.Permissions.AllowsAll(Everything))
        {
            return Cut([.. await index.PageAsync(after, size + 1)], size);
        }

        var visible = new List<MemoryEntry>();
        while (visible.Count <= size)
        {
            cancel.ThrowIfCancellationRequested();
            var entries = await index.PageAsync(after, Round);
            visible.AddRange(entries.Where(entry => MayRead(caller, entry.Key)));
            if (entries.Length < Round)
            {
                break;
            }

            after = entries[^1].Key;
        }

        return Cut(visible, size);
    }

    /// <summary>Keys the caller may read that begin with a prefix.</summary>
    public async ValueTask<Completion> CompleteAsync(AuthenticatedCaller caller, string prefix, CancellationToken cancel)
    {
        if (prefix.Length > 0 && !MemoryKey.IsValid(prefix))
        {
            return Completion.None;
        }

        // Keys are in ordinal order, so those with the prefix follow it at once; the prefix itself may be one of them.
        var (entries, _) = await PageAsync(caller, prefix.Length == 0 ? null : prefix, Completion.MaxValues + 1, cancel);
        var keys = entries.Select(entry => entry.Key).TakeWhile(key => key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        if (prefix.Length > 0 && MayRead(caller, prefix) && (await grains.For(caller.Caller.Tenant).Get<IMemoryResourceGrain>(prefix).DescribeAsync()) is not null)
        {
            keys.Insert(0, prefix);
        }

        return new Completion([.. keys.Take(Completion.MaxValues)], keys.Count > Completion.MaxValues);
    }

    public static bool MayRead(AuthenticatedCaller caller, string key) => caller.Permissions.Allows("resources", "read", ResourceName.Memory(key));

    private static (MemoryEntry[] Entries, string? Next) Cut(List<MemoryEntry> entries, int size) =>
        entries.Count > size ? ([.. entries.Take(size)], entries[size - 1].Key) : ([.. entries], null);
}

using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Api.Authentication;

namespace Platform.Api.Mcp.Resources;

/// <summary>The memory resources that a caller may read (AZ-5), by whatever door it comes: resources, tools or prompts.</summary>
internal sealed class MemoryListing(TenantGrains grains)
{
    /// <summary>How many entries are looked at in one round when the caller may see only some of them.</summary>
    private const int Round = 1_000;

    /// <summary>A name that no key can have: who may read it may read them all.</summary>
    private const string AnyKey = "_";

    /// <summary>Up to <paramref name="size"/> entries after a key, and the key to go on from; what is hidden shows in neither.</summary>
    public async ValueTask<(MemoryEntry[] Entries, string? Next)> PageAsync(AuthenticatedCaller caller, string? after, int size)
    {
        var index = grains.For(caller.Caller.Tenant).The<IResourceIndexGrain>();
        if (MayRead(caller, AnyKey))
        {
            return Cut([.. await index.PageAsync(after, size + 1)], size);
        }

        var visible = new List<MemoryEntry>();
        while (visible.Count <= size)
        {
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

    public static bool MayRead(AuthenticatedCaller caller, string key) => caller.Permissions.Allows("resources", "read", ResourceName.Memory(key));

    private static (MemoryEntry[] Entries, string? Next) Cut(List<MemoryEntry> entries, int size) =>
        entries.Count > size ? ([.. entries.Take(size)], entries[size - 1].Key) : ([.. entries], null);
}

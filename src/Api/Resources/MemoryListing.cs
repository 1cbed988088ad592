using Platform.Abstractions.Identity;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Resources;

/// <summary>The memory resources that a caller may read (AZ-5), by whatever door it comes: REST, resources, tools or prompts.</summary>
internal sealed class MemoryListing(TenantGrains grains)
{
    /// <summary>How many entries are looked at in one round when the caller may not see some of them.</summary>
    private const int Round = 1_000;

    private static readonly Permission Everything = Permission.Parse($"resources:read:{MemoryKey.Target("*")}");

    /// <summary>Up to <paramref name="size"/> entries whose keys have the prefix, after a key; the key to go on from. What is hidden shows in neither.</summary>
    public async ValueTask<(MemoryEntry[] Entries, string? Next)> PageAsync(TenantId tenant, PermissionSet held, string prefix, string? after, int size, CancellationToken cancel)
    {
        var own = grains.For(tenant);
        if (MayReadAll(held))
        {
            return Cut([.. await own.The<IResourceIndexGrain>().PageAsync(prefix, after, size + 1)], size);
        }

        return Cut(IsGivenByName(held) ? await NamedAsync(own, held, prefix, after, size) : await FilteredAsync(own, held, prefix, after, size, cancel), size);
    }

    public static bool MayRead(PermissionSet held, string key) => held.Allows("resources", "read", MemoryKey.Target(key));

    /// <summary>True when there is no key that the caller may not read.</summary>
    public static bool MayReadAll(PermissionSet held) => held.AllowsAll(Everything);

    /// <summary>Few keys are taken away from many: entries are looked at until the page is full.</summary>
    private static async Task<List<MemoryEntry>> FilteredAsync(TenantGrains.Scoped own, PermissionSet held, string prefix, string? after, int size, CancellationToken cancel)
    {
        var visible = new List<MemoryEntry>();
        while (visible.Count <= size)
        {
            cancel.ThrowIfCancellationRequested();
            var entries = await own.The<IResourceIndexGrain>().PageAsync(prefix, after, Round);
            visible.AddRange(entries.Where(entry => MayRead(held, entry.Key)));
            if (entries.Length < Round)
            {
                break;
            }

            after = entries[^1].Key;
        }

        return visible;
    }

    /// <summary>Who was given single keys is asked about those alone: a hundred thousand others are not looked through for them.</summary>
    private static async Task<List<MemoryEntry>> NamedAsync(TenantGrains.Scoped own, PermissionSet held, string prefix, string? after, int size)
    {
        var keys = held.Grants.Select(KeyOf).OfType<string>().Distinct(StringComparer.Ordinal)
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(key, after) > 0) && MayRead(held, key))
            .Order(StringComparer.Ordinal);
        var found = new List<MemoryEntry>();
        foreach (var key in keys)
        {
            if (found.Count <= size && await own.Get<IMemoryResourceGrain>(key).DescribeAsync() is { } entry)
            {
                found.Add(entry);
            }
        }

        return found;
    }

    /// <summary>True when no grant covers all of memory: then each key that may be read is named by a grant, for no pattern lies between.</summary>
    private static bool IsGivenByName(PermissionSet held) => !held.Grants.Any(text => Permission.TryParse(text, out var grant) && grant.Includes(Everything));

    private static string? KeyOf(string grant) =>
        Permission.TryParse(grant, out var permission) && permission.Pattern?.Split('/', 2) is ["memory", var key] && MemoryKey.IsValid(key) ? key : null;

    private static (MemoryEntry[] Entries, string? Next) Cut(List<MemoryEntry> entries, int size) =>
        entries.Count > size ? ([.. entries.Take(size)], entries[size - 1].Key) : ([.. entries], null);
}

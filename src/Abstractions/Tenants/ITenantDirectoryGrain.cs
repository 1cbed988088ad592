using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Tenants;

/// <summary>One slug's owner. Key: <c>_sys/{slug}</c>, so that a look-up costs one row however many tenants there are.</summary>
[Alias("tenant-directory")]
public interface ITenantDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Claims the slug and creates the tenant; a creation that was cut short is finished by the next one.</summary>
    [Alias("create")]
    Task<Result<TenantView>> CreateAsync(CreateTenant command, Caller caller);

    [Alias("find")]
    Task<Result<TenantId>> FindAsync();

    /// <summary>The slug leads nowhere from now on. When it is another tenant's, nothing changes.</summary>
    /// <param name="tenant">Whose slug it was.</param>
    /// <param name="release">True when another tenant may have it; else it stays taken for good.</param>
    [Alias("retire")]
    Task RetireAsync(TenantId tenant, bool release);
}

/// <summary>Lists the directory, by slug. Key: <c>_sys/list</c>; any silo answers.</summary>
[Alias("tenant-list")]
public interface ITenantListGrain : IGrainWithStringKey
{
    /// <param name="after">The last slug of the page before, or null.</param>
    /// <param name="pageSize">1 to 200.</param>
    [Alias("page")]
    Task<TenantEntry[]> PageAsync(string? after, int pageSize);
}

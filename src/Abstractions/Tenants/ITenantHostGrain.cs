using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Tenants;

/// <summary>One host name's owner. Key: <c>_sys/{host}</c>, so that a name has one owner however many ask for it at once.</summary>
[Alias("tenant-host")]
public interface ITenantHostGrain : IGrainWithStringKey
{
    /// <summary>Claims the name for a tenant; repeated for the same tenant it repairs what was cut short. Refuses a name that another tenant has.</summary>
    [Alias("claim")]
    Task<Problem?> ClaimAsync(TenantId tenant, Caller caller);

    /// <summary>Gives the name up; <c>not-found</c> when it is not this tenant's.</summary>
    [Alias("release")]
    Task<Problem?> ReleaseAsync(TenantId tenant, Caller caller);
}

/// <summary>All names that are served. Key: <c>_sys/index</c>. What API nodes hold, so that a name nobody owns costs no grain and no row.</summary>
[Alias("host-index")]
public interface IHostIndexGrain : IGrainWithStringKey
{
    /// <summary>The table, or null while it is still of this version.</summary>
    [Alias("since")]
    Task<HostTable?> SinceAsync(long version);

    /// <summary>A name has got, or lost, its owner.</summary>
    /// <param name="host">The name.</param>
    /// <param name="slug">The owner's slug, or null.</param>
    [Alias("changed")]
    Task ChangedAsync(string host, string? slug);
}

/// <summary>Which tenant is served under which name.</summary>
/// <param name="Version">Never 0; any other version is another table.</param>
[GenerateSerializer, Alias("host-table"), Immutable]
public sealed record HostTable([property: Id(0)] long Version, [property: Id(1)] HostEntry[] Entries);

/// <summary>One row of the table of hosts.</summary>
[GenerateSerializer, Alias("host-entry"), Immutable]
public sealed record HostEntry([property: Id(0)] string Host, [property: Id(1)] string Slug);

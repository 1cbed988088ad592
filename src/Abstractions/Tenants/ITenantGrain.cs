using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;

namespace Platform.Abstractions.Tenants;

/// <summary>One tenant. Key: <c>{tenant}</c>.</summary>
[Alias("tenant"), OpenToPlatformGrains]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Creates it; repeated with the same slug it answers what exists.</summary>
    [Alias("create")]
    Task<Result<TenantView>> CreateAsync(CreateTenant command, Caller caller);

    [Alias("get")]
    Task<Result<TenantView>> GetAsync();

    /// <summary>Stops all service; suspending twice changes nothing.</summary>
    [Alias("suspend")]
    Task<Result<TenantView>> SuspendAsync(SuspendTenant command, Caller caller);

    [Alias("resume")]
    Task<Result<TenantView>> ResumeAsync(Caller caller);

    /// <summary>Notes a host name that was claimed for this tenant; at most <see cref="TenantView.MaxHosts"/>. Only the name's own grain calls it.</summary>
    [Alias("attach-host")]
    Task<Problem?> AttachHostAsync(string host);

    /// <summary>Forgets a host name; one that is not noted changes nothing.</summary>
    [Alias("detach-host")]
    Task DetachHostAsync(string host);
}

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

    /// <summary>Changes settings of the version that the caller saw; what only operators change is refused to a tenant's own callers.</summary>
    [Alias("change")]
    Task<Result<TenantView>> ChangeAsync(TenantSettings settings, long expected, Caller caller);

    /// <summary>Stops all service; suspending twice changes nothing, but that more people can be asked for, and that a request to resume it is void.</summary>
    /// <param name="command">Why.</param>
    /// <param name="resumeAlone">Whether one operator will be enough to serve it again: settled now, because later somebody could have been blocked for it.</param>
    /// <param name="caller">An operator.</param>
    [Alias("suspend")]
    Task<Result<TenantView>> SuspendAsync(SuspendTenant command, bool resumeAlone, Caller caller);

    /// <summary>Serves it again, where one operator is enough; else asks for the second: the tenant is then still suspended. Repeated by the same, it is one request.</summary>
    [Alias("resume")]
    Task<Result<TenantView>> ResumeAsync(ResumeTerms terms, Caller caller);

    /// <summary>Serves it again; refused to whoever asked, and when nobody asked or the request lapsed.</summary>
    /// <param name="approverSince">Since when the approver's account is in the approver's hands: not since the suspension.</param>
    /// <param name="caller">The second operator.</param>
    [Alias("approve-resume")]
    Task<Result<TenantView>> ApproveResumeAsync(DateTimeOffset approverSince, Caller caller);

    /// <summary>Stops changes; a second time changes nothing, but an operator's word replaces a tenant's own.</summary>
    [Alias("make-read-only")]
    Task<Result<TenantView>> MakeReadOnlyAsync(MakeReadOnly command, Caller caller);

    /// <summary>Lets changes go on; what an operator stopped only an operator lets go on.</summary>
    [Alias("make-writable")]
    Task<Result<TenantView>> MakeWritableAsync(Caller caller);

    /// <summary>Takes an entry out of the catalogue; at most <see cref="TenantView.MaxQuarantine"/>.</summary>
    [Alias("quarantine")]
    Task<Result<TenantView>> QuarantineAsync(QuarantineEntry command, Caller caller);

    /// <summary>Puts it back; what an operator took out only an operator puts back.</summary>
    [Alias("release")]
    Task<Result<TenantView>> ReleaseAsync(CatalogueEntryKind kind, string name, Caller caller);

    /// <summary>Every credential issued until now is dead from now on: keys, sessions, sign-ins. Rows and OAuth records are the caller's to clear away.</summary>
    [Alias("revoke-credentials")]
    Task<Result<TenantView>> RevokeCredentialsAsync(Caller caller);

    /// <summary>Serves nobody from now on, and keeps everything until <paramref name="purgeAt"/>. Only the tenant's purge calls it, so that no deletion is forgotten.</summary>
    /// <param name="expected">The version to be deleted; null for whichever there is.</param>
    /// <param name="purgeAt">The end of the grace.</param>
    /// <param name="caller">An operator.</param>
    [Alias("delete")]
    Task<Result<TenantView>> DeleteAsync(long? expected, DateTimeOffset purgeAt, Caller caller);

    /// <summary>Is again what it was before it was deleted; refused once the purge has begun.</summary>
    [Alias("restore")]
    Task<Result<TenantView>> RestoreAsync(Caller caller);

    /// <summary>From now on nothing brings the deleted tenant back; a second time changes nothing.</summary>
    [Alias("begin-purge")]
    Task<Result<TenantView>> BeginPurgeAsync();

    /// <summary>Notes a host name that was claimed for this tenant; at most <see cref="TenantView.MaxHosts"/>. Only the name's own grain calls it.</summary>
    [Alias("attach-host")]
    Task<Problem?> AttachHostAsync(string host);

    /// <summary>Forgets a host name; one that is not noted changes nothing.</summary>
    [Alias("detach-host")]
    Task DetachHostAsync(string host);
}

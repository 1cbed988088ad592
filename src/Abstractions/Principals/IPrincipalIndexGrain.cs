using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Principals;

/// <summary>
/// The principals of one tenant: lists them, knows who holds what, and makes one after another the changes that could leave a tenant without an admin. Key: <c>{tenant}</c>.
/// </summary>
[Alias("principal-index")]
public interface IPrincipalIndexGrain : IGrainWithStringKey
{
    /// <summary>By id. <paramref name="after"/> is the last id of the page before.</summary>
    [Alias("list")]
    Task<PrincipalView[]> PageAsync(PrincipalFilter? filter, string? after, int pageSize);

    /// <summary>Whether there is one with this id: one that does not exist must not activate a grain.</summary>
    [Alias("exists")]
    Task<bool> ExistsAsync(string principal);

    /// <summary>Who has the role: always, at times, or for a while.</summary>
    [Alias("holders")]
    Task<string[]> HoldersAsync(string role);

    /// <summary>Whether somebody would still be a full admin if these roles denied something: active, the role <c>admin</c> directly and for always, and nothing denied.</summary>
    [Alias("has-admin")]
    Task<bool> HasAdminAsync(string[] denying);

    [Alias("add")]
    Task<Result<PrincipalView>> AddAsync(AddPrincipal command, Authority author);

    /// <summary>Makes or renews the principal <c>ext_…</c> of a provider's subject. Refused when it is blocked or was deleted, and for a new one when the tenant is full.</summary>
    [Alias("admit")]
    Task<Result<PrincipalView>> AdmitAsync(string principal, AdmitPrincipal command);

    /// <summary>Refused when it would take the role <c>admin</c> from the last who has it.</summary>
    [Alias("set-roles")]
    Task<Result<PrincipalView>> SetRolesAsync(string principal, SetRoles command, Authority author);

    /// <summary>What these changes would come to, made now; nothing is changed. Judged by what judges them when they are made.</summary>
    [Alias("try")]
    Task<MemberTrialResult> TryAsync(MemberTrial trial, Authority author);

    /// <summary>Refused for the last active admin, and for groups. A provider's subject can be blocked before it is known here: it may come with tokens alone.</summary>
    [Alias("block")]
    Task<Result<PrincipalView>> BlockAsync(string principal, BlockPrincipal command, Caller caller);

    /// <summary>Refused for the last active admin, and for a group that has members.</summary>
    [Alias("delete")]
    Task<Problem?> DeleteAsync(string principal, Caller caller);

    /// <summary>A principal tells its index how it now looks, after its row is on disk.</summary>
    [Alias("changed")]
    Task ChangedAsync(PrincipalView principal);

    /// <summary>A principal tells its index that it is gone.</summary>
    [Alias("removed")]
    Task RemovedAsync(string principal);
}

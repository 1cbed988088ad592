using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Roles;

/// <summary>A tenant's roles: the built-in ones and its own. Key: <c>{tenant}</c>.</summary>
[Alias("role-book")]
public interface IRoleBookGrain : IGrainWithStringKey
{
    /// <summary>What each of these roles gives and takes, inheritance resolved; a role that does not exist is a problem, never an empty grant.</summary>
    /// <remarks>Answers while a role is being changed, from what is on disk: those who ask are asked in turn who holds a role.</remarks>
    [Alias("rules"), AlwaysInterleave]
    Task<Result<AccessRule[]>> RulesAsync(string[] roles);

    /// <summary>The roles that deny something, inherited denies included: who has one is no full admin.</summary>
    [Alias("denying"), AlwaysInterleave]
    Task<string[]> DenyingAsync();

    /// <summary>All of them, by name.</summary>
    [Alias("list")]
    Task<RoleView[]> ListAsync();

    /// <summary>Creates a role that holds no more than its author does.</summary>
    [Alias("create")]
    Task<Result<RoleView>> CreateAsync(CreateRole command, Authority author);

    /// <summary>Replaces a role; its holders have the new one from then on. What it no longer denies, the author must hold.</summary>
    /// <param name="name">Of a role of the tenant's own.</param>
    /// <param name="command">All of it.</param>
    /// <param name="expected">The version that is replaced, or nothing is; null for whichever there is.</param>
    /// <param name="author">Who says so.</param>
    [Alias("replace")]
    Task<Result<RoleView>> ReplaceAsync(string name, ReplaceRole command, long? expected, Authority author);

    /// <summary>Deletes a role that nobody has and no role inherits.</summary>
    /// <param name="name">Of a role of the tenant's own.</param>
    /// <param name="expected">The version that is deleted, or nothing is; null for whichever there is.</param>
    /// <param name="caller">Who says so.</param>
    [Alias("delete")]
    Task<Problem?> DeleteAsync(string name, long? expected, Caller caller);

    [Alias("guest-access")]
    Task<GuestAccess> GuestAccessAsync();

    /// <summary>Turns the role <c>guest</c> on or off for the whole tenant.</summary>
    /// <param name="command">What it is from now on.</param>
    /// <param name="expected">What it is until now, or nothing is changed.</param>
    /// <param name="author">Who says so.</param>
    [Alias("set-guest-access")]
    Task<Result<GuestAccess>> SetGuestAccessAsync(GuestAccess command, GuestAccess expected, Authority author);

    /// <summary>What these changes would come to, made now; nothing is changed. Judged by what judges them when they are made.</summary>
    [Alias("try")]
    Task<RoleTrialResult> TryAsync(RoleTrial trial, Authority author);
}

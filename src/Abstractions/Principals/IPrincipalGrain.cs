using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Principals;

/// <summary>A user, service, device or group. Key: <c>{tenant}/{id}</c>.</summary>
[Alias("principal")]
public interface IPrincipalGrain : IGrainWithStringKey
{
    /// <summary>Creates it; repeated, it answers what exists.</summary>
    [Alias("create")]
    Task<Result<PrincipalView>> CreateAsync(CreatePrincipal command, Caller caller);

    /// <summary>Creates it with no more than its author holds; refused when the id was ever given out. Only the index calls it.</summary>
    [Alias("add")]
    Task<Result<PrincipalView>> AddAsync(AddPrincipal command, Authority author);

    /// <summary>Makes or renews the principal of a provider's subject; <c>unauthenticated</c> when it is blocked or was deleted. Only the index calls it.</summary>
    [Alias("admit")]
    Task<Result<PrincipalView>> AdmitAsync(AdmitPrincipal command);

    /// <summary>True for who is blocked, or was deleted: for those who need no row to be let in.</summary>
    [Alias("is-shut-out")]
    Task<bool> IsShutOutAsync();

    [Alias("get")]
    Task<Result<PrincipalView>> GetAsync();

    /// <summary>What is known of whoever has or had the id, a deleted one included; null when nobody ever had it.</summary>
    [Alias("record")]
    Task<PrincipalRecord?> RecordAsync();

    /// <summary>Since when it can do anything: made, or unblocked for the last time.</summary>
    [Alias("standing-since")]
    Task<Result<DateTimeOffset>> StandingSinceAsync();

    /// <summary>What it may do now; <c>unauthenticated</c> when it does not exist, is blocked, or is nobody who could ask, as a group.</summary>
    [Alias("access")]
    Task<Result<PrincipalAccess>> AccessAsync();

    /// <summary>What a group gives its members; a problem for everybody else.</summary>
    [Alias("group-rules")]
    Task<Result<AccessRule[]>> GroupRulesAsync();

    /// <summary>Replaces roles and groups. Whatever is gained by it, the author must hold. Only the index calls it.</summary>
    [Alias("set-roles")]
    Task<Result<PrincipalView>> SetRolesAsync(SetRoles command, Authority author);

    [Alias("rename")]
    Task<Result<PrincipalView>> RenameAsync(RenamePrincipal command, Caller caller);

    /// <summary>Blocks; a second time changes nothing. Only the index calls it.</summary>
    [Alias("block")]
    Task<Result<PrincipalView>> BlockAsync(BlockPrincipal command, Caller caller);

    /// <summary>Unblocks, by somebody who holds all that comes back.</summary>
    [Alias("unblock")]
    Task<Result<PrincipalView>> UnblockAsync(Authority author);

    /// <summary>Gives a role for a while, by somebody who holds what it gives.</summary>
    [Alias("elevate")]
    Task<Result<PrincipalView>> ElevateAsync(ElevatePrincipal command, Authority author);

    /// <summary>Ends every elevation now.</summary>
    [Alias("end-elevations")]
    Task<Result<PrincipalView>> EndElevationsAsync(Authority author);

    /// <summary>Notes that a user without a password is invited until then; null once there is a password. Only the login calls it.</summary>
    [Alias("invited")]
    Task InvitedAsync(DateTimeOffset? until);

    /// <summary>Deletes it for good; its id is not given out again. Only the index calls it.</summary>
    [Alias("delete")]
    Task<Problem?> DeleteAsync(Caller caller);

    /// <summary>What proved who it was before logins had grains of their own (CHANGELOG, Logins); null when nothing is left to take over.</summary>
    [Alias("former-login")]
    Task<FormerLogin?> FormerLoginAsync();

    /// <summary>The login holds it now: it is wiped here.</summary>
    [Alias("forget-former-login")]
    Task ForgetFormerLoginAsync();
}

/// <summary>The two secrets that a principal's own state held once.</summary>
[GenerateSerializer, Alias("former-login"), Immutable]
public sealed record FormerLogin([property: Id(0)] byte[]? BootstrapHash, [property: Id(1)] string? PasswordHash);

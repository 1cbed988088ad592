using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Tenants;

/// <summary>A tenant is deleted, may be restored for a while, and is then purged; there is no way back from the last step.</summary>
internal static class DeletionRule
{
    public static Result<TenantState> Delete(TenantState state, long? expected, DateTimeOffset purgeAt, Caller caller, DateTimeOffset now) =>
        expected is { } version && version != state.Version ? Problem.PreconditionFailed()
        : state.Status == TenantStatus.Deleted ? Problem.Conflict("This tenant is deleted already.")
        : state with { Status = TenantStatus.Deleted, ResumeRequest = null, Deletion = new TenantDeletion(now, caller.Principal, purgeAt, state.Status, IsPurging: false) };

    public static Result<TenantState> Restore(TenantState state) => state switch
    {
        { Status: not TenantStatus.Deleted } => Problem.Conflict("This tenant is not deleted."),
        { Deletion.IsPurging: false } => state with { Status = state.Deletion.Before, Deletion = null },
        _ => Problem.Conflict("The purge of this tenant has begun: nothing brings it back."),
    };

    public static Result<TenantState> BeginPurge(TenantState state) => state switch
    {
        { Status: not TenantStatus.Deleted } or { Deletion: null } => Problem.Conflict("This tenant is not deleted."),
        { Deletion.IsPurging: true } => state,
        _ => state with { Deletion = state.Deletion with { IsPurging = true } },
    };

    /// <summary>Why nothing else is changed of a deleted tenant; null for every other.</summary>
    public static Problem? Check(TenantState state) => state.Status == TenantStatus.Deleted ? Problem.TenantDeleted() : null;
}

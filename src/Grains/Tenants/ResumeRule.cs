using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Tenants;

/// <summary>Serving a suspended tenant again takes two operators: one asks, another approves in time (IR-4).</summary>
internal static class ResumeRule
{
    public static TenantState Resumed(TenantState state) =>
        state with { Status = TenantStatus.Active, SuspendedAt = null, SuspendedReason = null, ResumeRequest = null };

    public static Result<TenantState> Request(TenantState state, TimeSpan validity, Caller caller, DateTimeOffset now)
    {
        if (state.Status != TenantStatus.Suspended)
        {
            return Problem.Conflict("The tenant is not suspended.");
        }

        return Pending(state, now) is not { } pending ? state with { ResumeRequest = new ResumeRequest(caller.Principal, now, now + validity) }
            : IsSame(pending, caller) ? state
            : Problem.Conflict("Another operator has asked for it already: approve it.");
    }

    public static Result<TenantState> Approve(TenantState state, DateTimeOffset approverSince, Caller caller, DateTimeOffset now)
    {
        if (state.Status != TenantStatus.Suspended || Pending(state, now) is not { } pending)
        {
            return Problem.Conflict("Nobody has asked for the resumption of this tenant, or the request has lapsed: ask again.");
        }

        if (IsSame(pending, caller))
        {
            return new Problem(ProblemCode.PermissionDenied, "Whoever asked for the resumption cannot approve it; another operator has to.");
        }

        // Whoever can make accounts could otherwise be two by making one.
        return approverSince < pending.At
            ? Resumed(state)
            : new Problem(ProblemCode.PermissionDenied, "This account is newer than the request, so it cannot approve it.");
    }

    private static ResumeRequest? Pending(TenantState state, DateTimeOffset now) => state.ResumeRequest is { } request && now < request.ExpiresAt ? request : null;

    private static bool IsSame(ResumeRequest request, Caller caller) => string.Equals(request.By, caller.Principal, StringComparison.Ordinal);
}

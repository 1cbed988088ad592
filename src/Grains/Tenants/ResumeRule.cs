using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Tenants;

/// <summary>
/// Serving a suspended tenant again takes two operators: one asks, another approves in time (IR-4). Whether it does is settled at the suspension, and neither account may be one that
/// somebody could have made or taken over for it since.
/// </summary>
internal static class ResumeRule
{
    /// <summary>After so long the others have noticed what became of an account; without it nobody could resume what was suspended before the operators of today came.</summary>
    public static readonly TimeSpan Established = TimeSpan.FromDays(7);

    public static TenantState Suspended(TenantState state, SuspendTenant command, bool resumeAlone, DateTimeOffset now) => state switch
    {
        { Status: TenantStatus.Active } => state with
        {
            Status = TenantStatus.Suspended,
            SuspendedAt = now,
            SuspendedReason = command.Reason,
            ResumeAlone = resumeAlone,
            ResumeRequest = null,
        },

        // Whoever suspends it while the others are blocked does not settle it for the others. Whoever suspends it again knows more than the one who asked for its resumption before: that is asked anew.
        { Status: TenantStatus.Suspended } when (state.ResumeAlone && !resumeAlone) || state.ResumeRequest is not null => state with { ResumeAlone = state.ResumeAlone && resumeAlone, ResumeRequest = null },
        _ => state,
    };

    public static Result<TenantState> Resume(TenantState state, ResumeTerms terms, Caller caller, DateTimeOffset now) =>
        state.Status != TenantStatus.Suspended ? state
        : !(terms.NeedsTwo ?? !state.ResumeAlone) ? Resumed(state)
        : terms.PersonSince is not { } since ? PeopleOnly()
        : !IsEstablished(state, since, now) ? TooNew()
        : Pending(state, now) is not { } pending ? state with { ResumeRequest = new ResumeRequest(caller.Principal, now, now + terms.Validity) }
        : IsSame(pending, caller) ? state
        : Problem.Conflict("Another operator has asked for it already: approve it.");

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

        return IsEstablished(state, approverSince, now) ? Resumed(state) : TooNew();
    }

    private static TenantState Resumed(TenantState state) =>
        state with { Status = TenantStatus.Active, SuspendedAt = null, SuspendedReason = null, ResumeAlone = false, ResumeRequest = null };

    // Whoever can make accounts, or let people into them, could otherwise be two.
    private static bool IsEstablished(TenantState state, DateTimeOffset since, DateTimeOffset now) => since < state.SuspendedAt || since <= now - Established;

    // A key may be one that the other operator made: two people are two sessions.
    private static Problem PeopleOnly() => new(ProblemCode.PermissionDenied, "This takes two people: sign in and ask with your own session, not with a key.");

    private static Problem TooNew() => new(ProblemCode.PermissionDenied, "This account was made, unblocked or given a password by an invitation after the suspension, so it has no say in the resumption.");

    private static ResumeRequest? Pending(TenantState state, DateTimeOffset now) => state.ResumeRequest is { } request && now < request.ExpiresAt ? request : null;

    private static bool IsSame(ResumeRequest request, Caller caller) => string.Equals(request.By, caller.Principal, StringComparison.Ordinal);
}

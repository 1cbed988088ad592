using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Tenants;

/// <summary>Read-only mode and quarantine. What an operator restricts, a tenant's own admins cannot loosen (IR-2).</summary>
internal static class TenantRestrictions
{
    public static Result<TenantState> MakeReadOnly(TenantState state, MakeReadOnly command, Caller caller, DateTimeOffset now) =>
        state.ReadOnly is { } before && (before.ByPlatform || !IsOperator(caller)) ? state : state with { ReadOnly = By(caller, command.Reason, now) };

    public static Result<TenantState> MakeWritable(TenantState state, Caller caller) =>
        state.ReadOnly is not { } restriction ? state
            : MayLift(restriction, caller) ? state with { ReadOnly = null }
            : OperatorsOnly();

    public static Result<TenantState> Quarantine(TenantState state, QuarantineEntry command, Caller caller, DateTimeOffset now)
    {
        var before = Find(state, command.Kind, command.Name);
        if (before is not null && (before.Restriction.ByPlatform || !IsOperator(caller)))
        {
            return state;
        }

        return before is null && state.Quarantine.Length >= TenantView.MaxQuarantine
            ? Problem.QuotaExceeded($"At most {TenantView.MaxQuarantine} entries can be in quarantine; suspend the tenant instead.")
            : state with { Quarantine = [.. state.Quarantine.Where(entry => entry != before), new QuarantinedEntry(command.Kind, command.Name, By(caller, command.Reason, now))] };
    }

    public static Result<TenantState> Release(TenantState state, CatalogueEntryKind kind, string name, Caller caller) =>
        Find(state, kind, name) is not { } entry ? Problem.NotFound("entry in quarantine")
            : MayLift(entry.Restriction, caller) ? state with { Quarantine = [.. state.Quarantine.Where(other => other != entry)] }
            : OperatorsOnly();

    private static QuarantinedEntry? Find(TenantState state, CatalogueEntryKind kind, string name) =>
        Array.Find(state.Quarantine, entry => entry.Kind == kind && string.Equals(entry.Name, name, StringComparison.Ordinal));

    private static Restriction By(Caller caller, string? reason, DateTimeOffset now) => new(now, caller.Principal, IsOperator(caller), reason);

    private static bool MayLift(Restriction restriction, Caller caller) => !restriction.ByPlatform || IsOperator(caller);

    private static bool IsOperator(Caller caller) => caller.Tenant == TenantId.Platform;

    private static Problem OperatorsOnly() => new(ProblemCode.PermissionDenied, "An operator of the platform did this, so only an operator can undo it.");
}

using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Audit;

public sealed record AuditRetentionState
{
    /// <summary>0: the platform's own.</summary>
    public int Days { get; init; }

    public AuditHold[] Holds { get; init => field = value ?? []; } = [];
}

/// <summary>The rules of keeping and deleting. Knows no clock.</summary>
internal static class AuditRetention
{
    /// <summary>Segments deleted in one run: some hundred thousand records at most.</summary>
    public const int MostSegments = 20;

    /// <summary>In force: a platform that keeps longer than it did keeps every trail so long.</summary>
    public static int Days(AuditRetentionState state, int least) => Math.Max(state.Days, least);

    public static Result<AuditRetentionState> Set(AuditRetentionState state, int days, int least) =>
        days < least ? Problem.InvalidParams($"The platform keeps every trail for at least {least} days.") : state with { Days = days };

    public static Result<AuditRetentionState> Hold(AuditRetentionState state, AuditHold hold) =>
        state.Holds.Length >= AuditHold.Most ? Problem.QuotaExceeded($"A trail has at most {AuditHold.Most} holds at a time.") : state with { Holds = [.. state.Holds, hold] };

    public static Result<AuditRetentionState> Release(AuditRetentionState state, string id, Caller caller) =>
        Array.Find(state.Holds, hold => string.Equals(hold.Id, id, StringComparison.Ordinal)) is not { } hold ? Problem.NotFound("hold")
        : hold.ByPlatform && caller.Tenant != TenantId.Platform ? new Problem(ProblemCode.PermissionDenied, "An operator of the platform placed this hold, so only an operator can release it.")
        : state with { Holds = [.. state.Holds.Where(other => other != hold)] };

    /// <summary>The last of the segments, oldest first, whose time is over; null when there is none. Only from the front: what stays is one chain.</summary>
    /// <param name="segments">From the first that is still kept on.</param>
    /// <param name="days">That records are kept.</param>
    /// <param name="now">By when it must be over.</param>
    public static SegmentHeader? Due(IEnumerable<SegmentHeader> segments, int days, DateTimeOffset now) =>
        segments.TakeWhile(segment => segment.Sealed + TimeSpan.FromDays(days) <= now && segment.Closed + TimeSpan.FromDays(days) <= now).LastOrDefault();
}

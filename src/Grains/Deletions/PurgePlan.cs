using Platform.Abstractions.Operations;
using Platform.Abstractions.Tenants;
using Platform.Grains.Operations;

namespace Platform.Grains.Deletions;

/// <summary>
/// In which order a tenant is taken apart. Each step can be done again: one that was done and not noted, because the process died between the two, is done twice.
/// </summary>
internal static class PurgePlan
{
    public const string Kind = "tenants/purge";

    /// <summary>From here on there is no way back.</summary>
    public const string Close = "close";

    /// <summary>Requests that were let in before the deletion come to their end.</summary>
    public const string Settle = "settle";

    /// <summary>What there is, for the record.</summary>
    public const string Count = "count";

    public const string Hosts = "hosts";

    /// <summary>While the rows that name them are still there, and can still be written.</summary>
    public const string Secrets = "secrets";

    /// <summary>No row comes into being any more, whatever grains still hold in memory.</summary>
    public const string Seal = "seal";
    public const string KeyOwners = "key-owners";

    /// <summary>The plan of rate limits that operators gave it.</summary>
    public const string Limits = "rate-limit-plan";
    public const string Rows = "rows";

    /// <summary>Grains that are still in memory.</summary>
    public const string Memory = "memory";
    public const string Reminders = "reminders";

    /// <summary>Everything once more: nothing may be left.</summary>
    public const string Check = "check";
    public const string Slug = "slug";

    /// <summary>The last word of the trail.</summary>
    public const string Trail = "trail";
    public const string Record = "record";

    /// <summary>Longer than any request takes, and than nodes keep verdicts.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromMinutes(1);

    /// <summary>A step that is not done for so long, in some twenty attempts, is told to operators.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const string Prefix = "purge-";

    public static string OperationOf(TenantId tenant) => $"{Prefix}{tenant}";

    /// <param name="stores">Names of the places beside grain state.</param>
    public static string[] Steps(IEnumerable<string> stores) => [Close, Settle, Count, Hosts, Secrets, Seal, KeyOwners, Limits, .. stores, Rows, Memory, Reminders, Check, Slug, Trail, Record];

    /// <summary>The purge that the grace's end begins, or somebody before it.</summary>
    public static TenantPurgeState Begin(TenantPurgeState state, string? by, bool releaseSlug, DateTimeOffset now) =>
        state with { State = OperationState.Running, PurgedBy = by, ReleaseSlug = releaseSlug, BegunAt = now, EventId = Guid.CreateVersion7(now), Done = [], Removed = [] };

    public static bool IsDue(TenantPurgeState state, DateTimeOffset now) => state.State == OperationState.Waiting && now >= state.PurgeAt;

    public static bool IsSettled(TenantPurgeState state, DateTimeOffset now) => now >= state.DeletedAt + SettleTime;

    /// <summary>A step failed; the first time is remembered.</summary>
    public static TenantPurgeState Failed(TenantPurgeState state, DateTimeOffset now) =>
        state.Trouble is null ? state with { Trouble = new PurgeTrouble(Guid.CreateVersion7(now), now, IsTold: false) } : state;

    /// <summary>Whether operators are to be told, and were not.</summary>
    public static bool IsToBeTold(TenantPurgeState state, DateTimeOffset now) => state.Trouble is { IsTold: false } trouble && now >= trouble.Since + Patience;

    /// <summary>The last step ends the purge.</summary>
    public static TenantPurgeState Note(TenantPurgeState state, string step, IReadOnlyList<string> steps, DateTimeOffset now)
    {
        var noted = state with { Trouble = null, Done = [.. state.Done, new OperationStep(step, now)] };
        return noted.Done.Next(steps) is null ? noted with { State = OperationState.Succeeded } : noted;
    }
}

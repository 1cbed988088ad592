using Platform.Abstractions.Operations;
using Platform.Abstractions.Tenants;
using Platform.Grains.Operations;

namespace Platform.Grains.PersonalData;

/// <summary>
/// In which order a person is erased. Each step can be done again: one that was done and not noted, because the process died between the two, is done twice.
/// </summary>
internal static class ErasurePlan
{
    public const string Kind = "principals/erase";

    /// <summary>The principal is gone, its names with it: nobody is let in under the id any more, and nobody is given it.</summary>
    public const string Close = "close";

    /// <summary>What there is, for the record.</summary>
    public const string Count = "count";

    /// <summary>An export that somebody asked for before.</summary>
    public const string Export = "export";

    /// <summary>Requests that were let in before come to their end.</summary>
    public const string Settle = "settle";

    /// <summary>Everything once more: what such requests left behind.</summary>
    public const string Check = "check";

    public const string Record = "record";

    /// <summary>Longer than any request takes, and than nodes keep verdicts.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromMinutes(1);

    /// <param name="stores">Names of what is kept of people.</param>
    public static string[] Steps(IEnumerable<string> stores) => [Close, Count, Export, .. stores, Settle, Check, Record];

    public static ErasureState Begin(TenantId tenant, string principal, bool keepIssuedKeys, string by, DateTimeOffset now) => new()
    {
        Tenant = tenant,
        Principal = principal,
        State = OperationState.Running,
        KeepIssuedKeys = keepIssuedKeys,
        AskedAt = now,
        AskedBy = by,
        EventId = Guid.CreateVersion7(now),
    };

    public static bool IsSettled(ErasureState state, DateTimeOffset now) => now >= state.AskedAt + SettleTime;

    /// <summary>The last step ends the erasure.</summary>
    public static ErasureState Note(ErasureState state, string step, IReadOnlyList<string> steps, DateTimeOffset now)
    {
        var noted = state with { Done = [.. state.Done, new OperationStep(step, now)] };
        return noted.Done.Next(steps) is null ? noted with { State = OperationState.Succeeded } : noted;
    }
}

using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Quotas;

namespace Platform.Grains.RateLimits.Quotas;

public sealed record UsageQuotaState
{
    /// <summary>By day. A month is the sum of its days, and a clock that steps back finds the counts of its day again.</summary>
    public UsageDay[] Days { get; init => field = value ?? []; } = [];
}

/// <summary>What leases and returns make of the counts. Time is an argument.</summary>
internal static class UsageLedger
{
    /// <summary>Two whole months, whatever the clock has done between.</summary>
    public const int MaxDays = 62;

    /// <summary>What a node did not use for so long goes back.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(1);

    public static (UsageQuotaState Next, QuotaLease Lease) Lease(UsageQuotaState state, UsageQuota quota, QuotaLeaseRequest request, DateTimeOffset now)
    {
        var today = DayOf(now);
        var returned = Return(state, request.Day, request.Unused);
        var day = Left(quota.PerDay, UsedOn(returned, today));
        var month = Left(quota.PerMonth, UsedIn(returned, today));
        var (least, left) = (Math.Max(1, request.Least), Math.Min(day, month));
        if (left < least)
        {
            // Of two that refuse the one that refuses for longer.
            return (returned, Answer(0, month < least, left));
        }

        var granted = Math.Max(least, UsageQuota.LeaseChunk(left));
        return (Add(returned, today, granted), Answer(granted, month < day, left - granted));

        QuotaLease Answer(int permits, bool ofMonth, long rest)
        {
            var resets = ofMonth ? EndOfMonth(today) : EndOfDay(today);
            var night = EndOfDay(today) - now;
            return new QuotaLease { Granted = permits, Day = today, ValidFor = night < Validity ? night : Validity, OfMonth = ofMonth, Left = rest, ResetsAt = resets, ResetsIn = resets - now };
        }
    }

    /// <summary>Never below zero: what was not leased on a day cannot come back to it.</summary>
    public static UsageQuotaState Return(UsageQuotaState state, DateOnly day, int unused) =>
        unused <= 0 || UsedOn(state, day) == 0 ? state : Add(state, day, -Math.Min(unused, UsedOn(state, day)));

    public static UsageReport Report(UsageQuotaState state, DateTimeOffset now)
    {
        var today = DayOf(now);
        return new UsageReport(UsedOn(state, today), EndOfDay(today), UsedIn(state, today), EndOfMonth(today), state.Days);
    }

    private static UsageQuotaState Add(UsageQuotaState state, DateOnly day, long permits)
    {
        var days = state.Days.Where(other => other.Day != day).Append(new UsageDay(day, UsedOn(state, day) + permits)).OrderBy(other => other.Day);
        return new UsageQuotaState { Days = [.. days.TakeLast(MaxDays)] };
    }

    private static long UsedOn(UsageQuotaState state, DateOnly day) => Array.Find(state.Days, other => other.Day == day)?.Used ?? 0;

    private static long UsedIn(UsageQuotaState state, DateOnly month) => state.Days.Where(other => other.Day.Year == month.Year && other.Day.Month == month.Month).Sum(other => other.Used);

    private static long Left(long? quota, long used) => quota is { } limit ? Math.Max(0, limit - used) : long.MaxValue;

    private static DateOnly DayOf(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime);

    private static DateTimeOffset EndOfDay(DateOnly day) => new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    private static DateTimeOffset EndOfMonth(DateOnly day) => new(new DateOnly(day.Year, day.Month, 1).AddMonths(1), TimeOnly.MinValue, TimeSpan.Zero);
}

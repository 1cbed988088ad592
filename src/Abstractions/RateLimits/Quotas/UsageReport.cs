namespace Platform.Abstractions.RateLimits.Quotas;

/// <summary>Permits of one day of UTC.</summary>
/// <param name="Day">With permits; days without are left out.</param>
/// <param name="Used">Those that nodes have leased are among them.</param>
[GenerateSerializer, Alias("usage-day"), Immutable]
public sealed record UsageDay([property: Id(0)] DateOnly Day, [property: Id(1)] long Used);

/// <summary>What a tenant used.</summary>
/// <param name="Today">Permits of this day.</param>
/// <param name="DayEndsAt">When its quota begins anew.</param>
/// <param name="ThisMonth">Permits of this month.</param>
/// <param name="MonthEndsAt">When its quota begins anew.</param>
/// <param name="Days">The last 62 days on which anything was used, oldest first.</param>
[GenerateSerializer, Alias("usage-report"), Immutable]
public sealed record UsageReport(
    [property: Id(0)] long Today, [property: Id(1)] DateTimeOffset DayEndsAt, [property: Id(2)] long ThisMonth, [property: Id(3)] DateTimeOffset MonthEndsAt, [property: Id(4)] UsageDay[] Days);

/// <summary>A quota and what was used of it.</summary>
/// <param name="Limit">In force; null when there is none.</param>
/// <param name="Used">Permits that nodes have leased are among them.</param>
/// <param name="ResetsAt">When it begins anew.</param>
public sealed record QuotaLevel(long? Limit, long Used, DateTimeOffset ResetsAt);

/// <summary>A tenant's quotas as it sees them itself.</summary>
/// <param name="Day">Of this day.</param>
/// <param name="Month">Of this month.</param>
/// <param name="Days">The last 62 days on which anything was used, oldest first.</param>
public sealed record QuotaLevels(QuotaLevel Day, QuotaLevel Month, UsageDay[] Days);

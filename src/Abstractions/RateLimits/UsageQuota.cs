namespace Platform.Abstractions.RateLimits;

/// <summary>How many permits a tenant may use in a calendar day and a calendar month of UTC.</summary>
/// <param name="PerDay">1 to <see cref="Most"/>; no such quota when absent.</param>
/// <param name="PerMonth">1 to <see cref="Most"/>; no such quota when absent.</param>
[GenerateSerializer, Alias("usage-quota"), Immutable]
public sealed record UsageQuota([property: Id(0)] long? PerDay = null, [property: Id(1)] long? PerMonth = null)
{
    public const long Most = 1_000_000_000_000;
    private const int MostLeased = 1_024;
    private const int Share = 64;

    /// <summary>How many permits a node may lease at once: a 64th of what is left, at most 1 024, at least one. It is what a node that dies can lose.</summary>
    public static int LeaseChunk(long left) => (int)Math.Clamp(left / Share, 1, MostLeased);

    /// <summary>The lower of each.</summary>
    public UsageQuota Within(UsageQuota ceiling) => new(Lower(PerDay, ceiling.PerDay), Lower(PerMonth, ceiling.PerMonth));

    private static long? Lower(long? own, long? ceiling) => own is null || ceiling < own ? ceiling : own;
}

namespace Platform.Abstractions.RateLimits.Quotas;

/// <summary>What a node wants of a tenant's quota.</summary>
/// <param name="Least">Permits without which it takes none, at least 1.</param>
/// <param name="Unused">Permits of an earlier lease that nobody used and nobody can use any more: they are taken off its day first.</param>
/// <param name="Day">Of that earlier lease.</param>
[GenerateSerializer, Alias("quota-lease-request"), Immutable]
public readonly record struct QuotaLeaseRequest([property: Id(0)] int Least, [property: Id(1)] int Unused, [property: Id(2)] DateOnly Day);

/// <summary>
/// Permits that a tenant used, by day. What is leased is on disk as used before the node has it: the loss of a node or of this grain can lose permits, and never give one twice.
/// Key: <c>{tenant}</c>.
/// </summary>
[Alias("usage-counter")]
public interface IUsageQuotaGrain : IGrainWithStringKey
{
    /// <summary>Takes unused permits back and leases a chunk, at least what is needed or nothing.</summary>
    [Alias("lease")]
    Task<QuotaLease> LeaseAsync(UsageQuota quota, QuotaLeaseRequest request);

    /// <summary>Takes permits back that a node leased on a day and did not use.</summary>
    [Alias("return")]
    Task ReturnAsync(DateOnly day, int unused);

    [Alias("report")]
    Task<UsageReport> ReportAsync();
}

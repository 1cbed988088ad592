namespace Platform.Abstractions.RateLimits;

/// <summary>The answer to a request for permits.</summary>
/// <param name="Granted">Permits given; zero means refused.</param>
/// <param name="ValidFor">How long unused permits may be kept by the node; at most one second.</param>
/// <param name="RetryAfter">When refused: how long until the permits are due.</param>
/// <param name="Left">Whole permits that the bucket still holds.</param>
[GenerateSerializer, Alias("rate-lease"), Immutable]
public readonly record struct RateLease([property: Id(0)] int Granted, [property: Id(1)] TimeSpan ValidFor, [property: Id(2)] TimeSpan RetryAfter, [property: Id(3)] int Left);

/// <summary>What a node wants of a bucket.</summary>
/// <param name="Least">Permits without which it takes none.</param>
/// <param name="Wanted">Permits it would like to have.</param>
/// <param name="Unused">Permits of an earlier lease that nobody used and nobody can use any more: they go back into the bucket first.</param>
[GenerateSerializer, Alias("rate-lease-request"), Immutable]
public readonly record struct RateLeaseRequest([property: Id(0)] int Least, [property: Id(1)] int Wanted, [property: Id(2)] int Unused);

/// <summary>One token bucket. Key: <c>{tenant}/{policy}/{subject}</c>. Memory only: a restart fills it.</summary>
[Alias("rate-limit-bucket")]
public interface IRateLimitBucketGrain : IGrainWithStringKey
{
    /// <summary>Takes up to <paramref name="wanted"/> permits, at least one or none.</summary>
    [Alias("take")]
    ValueTask<RateLease> TakeAsync(RateLimitRule rule, int wanted);

    /// <summary>Gives unused permits back and takes new ones, all that are needed or none.</summary>
    [Alias("lease")]
    ValueTask<RateLease> LeaseAsync(RateLimitRule rule, RateLeaseRequest request);

    /// <summary>Whole permits that it holds now. Takes nothing.</summary>
    [Alias("level")]
    ValueTask<int> LevelAsync(RateLimitRule rule);
}

namespace Platform.Abstractions.RateLimits;

/// <summary>The answer to a request for permits.</summary>
/// <param name="Granted">Permits given; zero means refused.</param>
/// <param name="ValidFor">How long unused permits may be kept by the node; at most one second.</param>
/// <param name="RetryAfter">When refused: how long until a permit is due.</param>
[GenerateSerializer, Alias("rate-lease"), Immutable]
public readonly record struct RateLease([property: Id(0)] int Granted, [property: Id(1)] TimeSpan ValidFor, [property: Id(2)] TimeSpan RetryAfter);

/// <summary>One token bucket. Key: <c>{tenant}/{policy}/{subject}</c>. Memory only: a restart fills it.</summary>
[Alias("rate-limit-bucket")]
public interface IRateLimitBucketGrain : IGrainWithStringKey
{
    /// <summary>Takes up to <paramref name="wanted"/> permits, at least one or none.</summary>
    [Alias("take")]
    ValueTask<RateLease> TakeAsync(RateLimitRule rule, int wanted);
}

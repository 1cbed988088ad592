using System.Text.Json.Serialization;

namespace Platform.Abstractions.RateLimits;

/// <summary>A token bucket's size and speed.</summary>
/// <param name="PermitsPerMinute">Permits added in a minute, 1 to 100 000 000.</param>
/// <param name="Burst">Most permits at once, 1 to 10 000 000.</param>
[GenerateSerializer, Alias("rate-limit-rule"), Immutable]
public sealed record RateLimitRule([property: Id(0)] int PermitsPerMinute, [property: Id(1)] int Burst)
{
    /// <summary>The guide's 100 per minute and client.</summary>
    public static RateLimitRule Default { get; } = new(100, 100);

    /// <summary>
    /// How many permits an API node may lease at once: a quarter of a second's worth, at most an eighth of the burst, at least one.
    /// Over-admission is bounded by one burst plus nodes times this.
    /// </summary>
    [JsonIgnore]
    public int LeaseChunk => (int)Math.Clamp(PermitsPerMinute / 240.0, 1, Math.Max(1, Burst / 8));

    /// <summary>Seconds in which an empty bucket fills, rounded up: what a burst lasts for whoever uses it evenly.</summary>
    [JsonIgnore]
    public int FillSeconds => (int)Math.Clamp(((Burst * 60L) + PermitsPerMinute - 1) / PermitsPerMinute, 1, int.MaxValue);

    /// <summary>Neither faster nor larger than another.</summary>
    public RateLimitRule Within(RateLimitRule ceiling) =>
        IsWithin(ceiling) ? this : new RateLimitRule(Math.Min(PermitsPerMinute, ceiling.PermitsPerMinute), Math.Min(Burst, ceiling.Burst));

    public bool IsWithin(RateLimitRule ceiling) => PermitsPerMinute <= ceiling.PermitsPerMinute && Burst <= ceiling.Burst;
}

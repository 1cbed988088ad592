namespace Platform.Abstractions.Audit;

/// <summary>Asks how many events fit, stretch by stretch of time.</summary>
[GenerateSerializer, Alias("count-audit-events"), Immutable]
public sealed record CountAuditEvents
{
    public const int FewestBuckets = 2;
    public const int MostBuckets = 60;

    /// <summary>Without a beginning: from the oldest event that is kept. Without an end: up to now.</summary>
    [Id(0)] public required AuditFilter Filter { get; init; }

    /// <summary>Their greatest number: they are cut at round moments, so it may be fewer.</summary>
    [Id(1)] public required int Buckets { get; init; }
}

/// <summary>A stretch of time.</summary>
/// <param name="From">The first moment that counts.</param>
/// <param name="To">The first moment that does not.</param>
/// <param name="Count">Of events that fit.</param>
/// <param name="Complete">False when not all of its events were looked at: then there are at least so many.</param>
[GenerateSerializer, Alias("audit-bucket"), Immutable]
public sealed record AuditBucket([property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset To, [property: Id(2)] long Count, [property: Id(3)] bool Complete);

/// <summary>How many events fit, oldest first and without gaps.</summary>
/// <param name="From">Where the first bucket begins.</param>
/// <param name="To">Where the last one ends.</param>
/// <param name="Complete">Whether every bucket is.</param>
/// <param name="Buckets">None when there is no time between the two.</param>
[GenerateSerializer, Alias("audit-histogram"), Immutable]
public sealed record AuditHistogram([property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset To, [property: Id(2)] bool Complete, [property: Id(3)] AuditBucket[] Buckets);

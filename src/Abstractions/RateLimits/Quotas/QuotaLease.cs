namespace Platform.Abstractions.RateLimits.Quotas;

/// <summary>The answer to a node that wants permits of a quota.</summary>
[GenerateSerializer, Alias("quota-lease"), Immutable]
public sealed record QuotaLease
{
    /// <summary>Zero means refused.</summary>
    [Id(0)] public required int Granted { get; init; }

    /// <summary>The day that they are counted on.</summary>
    [Id(1)] public required DateOnly Day { get; init; }

    /// <summary>How long the node may use them: never beyond the end of the day.</summary>
    [Id(2)] public required TimeSpan ValidFor { get; init; }

    /// <summary>Whether it is the month's quota that has refused, or is nearer to its end; else it is the day's.</summary>
    [Id(3)] public required bool OfMonth { get; init; }

    /// <summary>What is left of that one for all nodes.</summary>
    [Id(4)] public required long Left { get; init; }

    /// <summary>When that one begins anew.</summary>
    [Id(5)] public required DateTimeOffset ResetsAt { get; init; }

    /// <summary>The same, from the answer on.</summary>
    [Id(6)] public required TimeSpan ResetsIn { get; init; }
}

namespace Platform.Abstractions.Alerts;

/// <summary>What one node counted since its last batch.</summary>
/// <param name="Node">Of the process; new after each start.</param>
/// <param name="Sequence">Counts up per node and tenant. The same number is the same batch, sent again.</param>
/// <param name="Seconds">Each second at most once.</param>
/// <param name="MemoryPercent">Of the process, of what it may use; 0 where it does not matter.</param>
[GenerateSerializer, Alias("signal-batch"), Immutable]
public sealed record SignalBatch([property: Id(0)] Guid Node, [property: Id(1)] long Sequence, [property: Id(2)] SignalSecond[] Seconds, [property: Id(3)] int MemoryPercent);

/// <summary>What happened in one second. It is named by its age, so that clocks of nodes need not agree.</summary>
[GenerateSerializer, Alias("signal-second"), Immutable]
public sealed record SignalSecond
{
    /// <summary>From the middle of that second to the sending of the batch.</summary>
    [Id(0)] public required int AgeMilliseconds { get; init; }

    [Id(1)] public int AuthFailures { get; init; }
    [Id(2)] public int RateLimitViolations { get; init; }

    /// <summary>Those that were admitted.</summary>
    [Id(3)] public int Requests { get; init; }

    [Id(4)] public int Errors { get; init; }

    /// <summary>How long admitted requests took: bucket, count, bucket, count (<see cref="SignalScale"/>, microseconds).</summary>
    [Id(5)] public int[] Latency { get; init; } = [];

    /// <summary>How large bodies were, in the same way (bytes).</summary>
    [Id(6)] public int[] Size { get; init; } = [];
}

using Platform.Grains.Audit;

namespace Platform.Silo.Audit.Sinks;

/// <summary>A chain of the log.</summary>
internal readonly record struct SinkStream(string Tenant, string Shard);

/// <summary>What a sink has not been told yet of a chain.</summary>
/// <param name="Stream">Which chain.</param>
/// <param name="After">It is fed from the sequence after this one.</param>
/// <param name="Head">The last sequence that is stored.</param>
/// <param name="Oldest">When the first of them happened.</param>
/// <param name="IsRewound">The chain is another one than the sink was fed from, as after a restored backup: it begins anew.</param>
internal sealed record SinkBacklog(SinkStream Stream, long After, long Head, DateTimeOffset Oldest, bool IsRewound);

/// <summary>How far a sink was fed from a chain.</summary>
internal readonly record struct SinkPlace(SinkStream Stream, long Sequence, byte[] Hash);

/// <summary>The log as sinks read it, and how far each was fed. The places may be behind what a sink has taken, never ahead.</summary>
internal interface IAuditFeed
{
    /// <summary>Whether this process feeds the sink: of the silos of a cluster one does.</summary>
    ValueTask<bool> HasTurnAsync(string sink, CancellationToken cancel);

    /// <summary>Lets another process have its turn.</summary>
    ValueTask EndTurnAsync(string sink);

    /// <summary>Notes that a sink exists. One that is new begins at the beginning of each chain, or at its end.</summary>
    ValueTask BeginAsync(string sink, bool fromNow, CancellationToken cancel);

    /// <summary>Chains with events that the sink was not told. When not <paramref name="isWhole"/>, those that did not grow since the last question may be left out.</summary>
    ValueTask<IReadOnlyList<SinkBacklog>> BehindAsync(string sink, bool isWhole, CancellationToken cancel);

    /// <summary>Up to <paramref name="count"/> rows after a sequence, oldest first.</summary>
    ValueTask<IReadOnlyList<AuditRow>> ReadAsync(SinkStream stream, long after, int count, CancellationToken cancel);

    /// <summary>Notes what a sink has taken.</summary>
    ValueTask AdvanceAsync(string sink, IReadOnlyList<SinkPlace> places, CancellationToken cancel);
}

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Platform.Silo.Storage;

/// <summary>Meter and activity source <c>Platform.Storage</c>; the tag <c>store</c> is <c>grains</c> or <c>audit</c>.</summary>
internal static class StorageTelemetry
{
    public const string Name = "Platform.Storage";

    private static readonly Meter Meter = new(Name);

    private static readonly ActivitySource Source = new(Name);

    private static readonly Histogram<int> BatchSize =
        Meter.CreateHistogram<int>("platform.storage.batch.size", "{write}", "Writes that shared one commit.");

    private static readonly Histogram<double> CommitDuration =
        Meter.CreateHistogram<double>("platform.storage.commit.duration", "s", "Time from the begin to the end of a batch's transaction.");

    private static readonly UpDownCounter<int> QueueLength =
        Meter.CreateUpDownCounter<int>("platform.storage.queue.length", "{write}", "Writes that wait for the writer thread.");

    private static readonly Counter<long> Failures =
        Meter.CreateCounter<long>("platform.storage.failures", "{batch}", "Batches that the disk did not take.");

    /// <summary>Null unless somebody listens.</summary>
    public static Activity? StartBatch(string store, int size) =>
        Source.HasListeners() ? Source.StartActivity("storage commit", ActivityKind.Client, default(ActivityContext), [new("store", store), new("batch.size", size)]) : null;

    public static void Queued(string store, int change) => QueueLength.Add(change, new KeyValuePair<string, object?>("store", store));

    public static void Committed(string store, int size, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("store", store);
        BatchSize.Record(size, tag);
        CommitDuration.Record(duration.TotalSeconds, tag);
    }

    public static void Failed(string store) => Failures.Add(1, new KeyValuePair<string, object?>("store", store));
}

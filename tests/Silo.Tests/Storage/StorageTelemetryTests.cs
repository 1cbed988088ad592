using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

public sealed class StorageTelemetryTests
{
    [Fact, Trait("Control", "AL-7")]
    public async Task A_commit_is_measured_and_the_queue_is_empty_after_it()
    {
        var sums = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        var store = $"telemetry-{Guid.NewGuid():N}";
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) => Enable(instrument, self);
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();

        // Disposed before the look: the thread has measured its last batch then.
        using (var writer = new GroupCommitWriter<Nothing>(store, new Nowhere(), NullLogger.Instance))
        {
            await writer.WriteAsync(new Nothing(), CancellationToken.None);
        }

        Assert.Equal((1d, 0d, true), (sums["platform.storage.batch.size"], sums["platform.storage.queue.length"], sums.ContainsKey("platform.storage.commit.duration")));

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags[0] is { Key: "store", Value: string tag } && tag == store)
            {
                sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
            }
        }
    }

    private static void Enable(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == StorageTelemetry.Name)
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private sealed record Nothing : IBatchItem
    {
        public int Bytes => 0;
    }

    private sealed class Nowhere : IBatchTarget<Nothing>
    {
        public void Commit(ReadOnlyMemory<Nothing> batch, Memory<Exception?> refusals)
        {
        }

        public void Dispose()
        {
        }
    }
}

using Platform.Hosting;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit.Sinks;

/// <summary>Events as log records to an OpenTelemetry collector. The exporter blocks, so it has a thread of its own.</summary>
internal sealed class OtlpSink(OtlpSinkOptions options) : IAuditSink, IDisposable
{
    private readonly ReaderThreads<OtlpLogs> _thread = new("audit otlp sink", 1, () => new OtlpLogs(options));

    public string Name => "otlp";

    public Task DeliverAsync(IReadOnlyList<SinkEvent> events, CancellationToken cancel) => _thread.ReadAsync(
        logs =>
        {
            logs.Send(events);
            return true;
        },
        cancel);

    public void Dispose() => _thread.Dispose();
}

using Platform.Hosting;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit.Sinks;

/// <summary>Events as JSON lines in a file, for whoever collects files. A thread of its own writes: the pool must not carry our fsync, and a disk that hangs holds up nothing else.</summary>
internal sealed class FileSink(FileSinkOptions options) : IAuditSink, IDisposable
{
    private readonly ReaderThreads<LineFile> _thread = new("audit file sink", 1, () => new LineFile(options));

    public string Name => "file";

    public Task DeliverAsync(IReadOnlyList<SinkEvent> events, CancellationToken cancel) => _thread.ReadAsync(
        file =>
        {
            file.Append(events);
            return true;
        },
        cancel);

    public void Dispose() => _thread.Dispose();
}

using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using Platform.Abstractions.Audit;
using Platform.Hosting;

namespace Platform.Silo.Audit.Sinks;

/// <summary>
/// OpenTelemetry's own pipeline for logs with a beginning and an end of ours: records get the time of their event, and what the exporter answered is remembered, which the pipeline would swallow.
/// One thread at a time.
/// </summary>
internal sealed class OtlpLogs : IDisposable
{
    private const int MaxExport = 512;
    private const int MaxQueue = 4_096;
    private const int Timeout = 10_000;

    private readonly Stamp _stamp = new();
    private readonly OtlpRejections _rejections;
    private readonly Answers _answers;
    private readonly BatchLogRecordExportProcessor _processor;
    private readonly ILoggerFactory _factory;
    private readonly ILogger _logger;

    public OtlpLogs(OtlpSinkOptions options)
    {
        var endpoint = new Uri(options.Endpoint);
        _rejections = new OtlpRejections(CollectorEndpoint.Handler(endpoint), options.Protocol is "grpc");
        _answers = new Answers(new OtlpLogExporter(Settings(options, endpoint, _rejections)), _rejections);

        // It sends when it is told to: nothing of it is given up between two batches.
        _processor = new BatchLogRecordExportProcessor(_answers, MaxQueue, scheduledDelayMilliseconds: Timeout, exporterTimeoutMilliseconds: Timeout, MaxExport);
        _factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddOpenTelemetry(telemetry =>
        {
            telemetry.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("mocopr-platform"));
            telemetry.AddProcessor(_stamp);
            telemetry.AddProcessor(_processor);
        }));
        _logger = _factory.CreateLogger("audit");
    }

    /// <summary>Returns when the collector has taken all of them.</summary>
    public void Send(IReadOnlyList<SinkEvent> events)
    {
        if (!_answers.Wait(Timeout))
        {
            throw new TimeoutException("The collector has not answered what it was sent before.");
        }

        _answers.Expect(events.Count);
        foreach (var entry in events)
        {
            Emit(entry);
        }

        // The pipeline says that it is empty while its last request is still under way.
        if (!_processor.ForceFlush(Timeout) || !_answers.Wait(Timeout) || _answers.HasFailed)
        {
            throw new IOException("The collector did not take the log records.");
        }
    }

    public void Dispose()
    {
        _factory.Dispose();
        _rejections.Dispose();
    }

    private void Emit(SinkEvent entry)
    {
        var facets = AuditFacets.Of(entry.Row.Record);
        _stamp.At = entry.Row.At.UtcDateTime;
        List<KeyValuePair<string, object?>> attributes =
        [
            new("audit.tenant", entry.Stream.Tenant),
            new("audit.sequence", entry.Row.Sequence),
            new("audit.hash", Convert.ToHexStringLower(entry.Row.Hash)),
            new("audit.id", entry.Row.EventId.ToString()),
            new("audit.class", facets.Class),
            new("audit.action", facets.Action),
            new("audit.outcome", facets.Outcome),
            new("audit.principal", facets.Principal),
        ];
        var level = LevelOf(SinkSeverities.Of(facets));
        if (_logger.IsEnabled(level))
        {
            _logger.Log(level, new EventId(0, "audit"), attributes, null, (_, _) => SinkText.Of(entry.Row.Record));
        }
    }

    private static LogLevel LevelOf(SinkSeverity severity) => severity switch
    {
        SinkSeverity.Error => LogLevel.Error,
        SinkSeverity.Warning => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    private static OtlpExporterOptions Settings(OtlpSinkOptions options, Uri endpoint, OtlpRejections rejections)
    {
        var isGrpc = options.Protocol is "grpc";
        return new OtlpExporterOptions
        {
            Endpoint = isGrpc || endpoint.AbsolutePath != "/" ? endpoint : new Uri(endpoint, "v1/logs"),
            Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
            Headers = options.Headers.Reveal(),
            TimeoutMilliseconds = Timeout,
            HttpClientFactory = () => new HttpClient(rejections, disposeHandler: false) { Timeout = TimeSpan.FromMilliseconds(Timeout) },
        };
    }

    /// <summary>Gives the record the time of its event.</summary>
    private sealed class Stamp : BaseProcessor<LogRecord>
    {
        public DateTime At { get; set; }

        public override void OnEnd(LogRecord data) => data.Timestamp = At;
    }

    /// <summary>The exporter, and what became of what it was given.</summary>
    private sealed class Answers(OtlpLogExporter exporter, OtlpRejections rejections) : BaseExporter<LogRecord>
    {
        private readonly Lock _lock = new();
        private readonly ManualResetEventSlim _answered = new(initialState: true);
        private int _open;

        /// <summary>Whether one of them was not taken.</summary>
        public bool HasFailed { get; private set; }

        /// <summary>So many records are about to be exported.</summary>
        public void Expect(int count)
        {
            lock (_lock)
            {
                (_open, HasFailed) = (count, false);
                _answered.Reset();
            }
        }

        /// <summary>Waits until all that was expected is answered.</summary>
        public bool Wait(int milliseconds) => _answered.Wait(milliseconds);

        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            // The batch is empty once it was read.
            var count = batch.Count;
            var result = exporter.Export(batch);
            var isTaken = result == ExportResult.Success && !rejections.Take();
            lock (_lock)
            {
                HasFailed |= !isTaken;
                _open -= (int)count;
                if (_open <= 0)
                {
                    _answered.Set();
                }
            }

            return result;
        }

        protected override bool OnShutdown(int timeoutMilliseconds) => exporter.Shutdown(timeoutMilliseconds);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                exporter.Dispose();
                _answered.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

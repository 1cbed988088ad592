using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Platform.Grains.Audit;
using Platform.Hosting;
using Platform.Hosting.Startup;
using Platform.Silo.Audit.Sinks;
using Platform.Silo.Storage;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit.Sinks;

[Trait("Control", "AL-1")]
public sealed class OtlpSinkTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 29, 9, 45, 1, TimeSpan.Zero);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_event_is_a_log_record_with_its_own_time(bool isGrpc)
    {
        await using var collector = await LogCollector.StartAsync(isGrpc);
        using var sink = new OtlpSink(Options(collector, isGrpc));

        await sink.DeliverAsync(Events(1_300), CancellationToken.None);

        Assert.Equal(Enumerable.Range(1, 1_300).Select(n => $"{n}"), collector.Logs.Select(log => log.Attributes["audit.sequence"]));
        var first = collector.Logs.First();
        Assert.Equal(Record, first.Body);
        Assert.Equal((ulong)(At.AddSeconds(1) - DateTimeOffset.UnixEpoch).Ticks * 100, first.Nanoseconds);
        Assert.Equal(("aaaaaaaa", "tools/call", "origin-denied", "svc_a"),
            (first.Attributes["audit.tenant"], first.Attributes["audit.action"], first.Attributes["audit.outcome"], first.Attributes["audit.principal"]));
    }

    [Fact]
    public async Task Warnings_are_warnings()
    {
        await using var collector = await LogCollector.StartAsync(isGrpc: true);
        using var sink = new OtlpSink(Options(collector, isGrpc: true));

        await sink.DeliverAsync(Events(1), CancellationToken.None);

        Assert.Equal(13, collector.Logs.Single().Severity);
    }

    [Theory, Trait("Control", "AL-5")]
    [InlineData(true, 500)]
    [InlineData(false, 400)]
    [InlineData(false, 302)]
    public async Task What_the_collector_did_not_take_is_not_delivered_and_is_taken_later(bool isGrpc, int answer)
    {
        await using var collector = await LogCollector.StartAsync(isGrpc);
        using var sink = new OtlpSink(Options(collector, isGrpc));
        collector.Answer = answer;
        await Assert.ThrowsAsync<StorageFailedException>(() => sink.DeliverAsync(Events(10), CancellationToken.None));
        Assert.Empty(collector.Logs);

        collector.Answer = 200;
        await sink.DeliverAsync(Events(10), CancellationToken.None);

        Assert.Equal(10, collector.Logs.Count);
    }

    /// <summary>partial_success with rejected_log_records = 2; the same with a message before it, and a field of a later version.</summary>
    [Theory, Trait("Control", "AL-5")]
    [InlineData(true, "0A020802")]
    [InlineData(false, "0A020802")]
    [InlineData(false, "10010A06120178088101")]
    public async Task What_the_collector_rejected_in_its_answer_is_not_delivered(bool isGrpc, string says)
    {
        await using var collector = await LogCollector.StartAsync(isGrpc);
        using var sink = new OtlpSink(Options(collector, isGrpc));
        collector.Says = Convert.FromHexString(says);
        await Assert.ThrowsAsync<StorageFailedException>(() => sink.DeliverAsync(Events(10), CancellationToken.None));

        collector.Says = [];
        await sink.DeliverAsync(Events(10), CancellationToken.None);
    }

    /// <summary>Nothing, a warning without a rejection, texts, and what breaks off.</summary>
    [Theory]
    [InlineData(true, "0A03120178")]
    [InlineData(false, "0A03120178")]
    [InlineData(false, "7B7D")]
    [InlineData(false, "6F6B")]
    [InlineData(false, "0AFF")]
    [InlineData(false, "FFFFFFFFFFFFFFFFFFFFFFFF")]
    public async Task Whatever_else_is_said_with_a_success_is_one(bool isGrpc, string says)
    {
        await using var collector = await LogCollector.StartAsync(isGrpc);
        using var sink = new OtlpSink(Options(collector, isGrpc));
        collector.Says = Convert.FromHexString(says);

        await sink.DeliverAsync(Events(1), CancellationToken.None);

        Assert.Single(collector.Logs);
    }

    [Theory, Trait("Control", "AL-3")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_stays_on_this_machine_is_not_given_to_a_proxy(bool isGrpc)
    {
        await using var collector = await LogCollector.StartAsync(isGrpc);
        var (before, proxy) = (HttpClient.DefaultProxy, new AskedProxy());
        HttpClient.DefaultProxy = proxy;
        try
        {
            using var sink = new OtlpSink(Options(collector, isGrpc));
            await sink.DeliverAsync(Events(1), CancellationToken.None);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.Single(collector.Logs);
        Assert.DoesNotContain(new Uri(collector.Url).Port, proxy.Ports);
    }

    /// <summary>The environment's proxy, which sends nobody away; others of this process may ask it meanwhile.</summary>
    private sealed class AskedProxy : IWebProxy
    {
        public ConcurrentBag<int> Ports { get; } = [];

        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => null;

        public bool IsBypassed(Uri host)
        {
            Ports.Add(host.Port);
            return true;
        }
    }

    [Theory]
    [InlineData(true, "/opentelemetry.proto.collector.logs.v1.LogsService/Export key")]
    [InlineData(false, "/v1/logs key")]
    public async Task The_headers_go_to_the_path_of_logs(bool isGrpc, string request)
    {
        await using var collector = await LogCollector.StartAsync(isGrpc);
        var options = Options(collector, isGrpc);
        options.Headers = Redacted.Of("x-canary=key");
        using var sink = new OtlpSink(options);

        await sink.DeliverAsync(Events(1), CancellationToken.None);

        Assert.Equal([request], collector.Requests);
    }

    private const string Record = """{"v":1,"class":"securityViolation","action":"tools/call","outcome":"origin-denied","principal":"svc_a"}""";

    private static OtlpSinkOptions Options(LogCollector collector, bool isGrpc) => new() { Endpoint = collector.Url, Protocol = isGrpc ? "grpc" : "http" };

    private static SinkEvent[] Events(int count) =>
        [.. Rows(1, count).Select(row => new SinkEvent(new SinkStream(Tenant.ToString(), "0"), row with { At = At.AddSeconds(row.Sequence), Record = Encoding.UTF8.GetBytes(Record) }))];
}

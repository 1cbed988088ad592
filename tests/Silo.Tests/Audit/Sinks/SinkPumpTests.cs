using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Abstractions.Tenants;
using Platform.Hosting;
using Platform.Silo.Audit;
using Platform.Silo.Audit.Sinks;
using Platform.Silo.Storage;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit.Sinks;

/// <summary>Sinks are told everything, in order, whatever they do; and the log never waits for them.</summary>
[Trait("Control", "AL-1")]
public sealed class SinkPumpTests : IAsyncLifetime
{
    private static readonly TenantId Other = TenantId.TryParse("bbbbbbbb", out var id) ? id : default;

    private readonly TemporaryDirectory _temporary = new();
    private readonly SinkBoard _board = new(TimeProvider.System);
    private readonly List<SinkPump> _pumps = [];
    private DataDirectory _directory = null!;
    private SqliteAuditLog _log = null!;
    private SqliteAuditFeed _feed = null!;

    public ValueTask InitializeAsync()
    {
        Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _board.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Every_event_of_every_tenant_arrives_in_the_order_of_its_chain()
    {
        var sink = new Sink("file");
        await StartAsync(sink);
        await Task.WhenAll(AppendAsync(Tenant, 1, 3_000), AppendAsync(Other, 1, 700));

        await sink.HasAsync(3_700);

        Assert.Equal(Numbers(1, 3_000), sink.Of(Tenant));
        Assert.Equal(Numbers(1, 700), sink.Of(Other));
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_where_it_was()
    {
        var sink = new Sink("file");
        await StartAsync(sink);
        await AppendAsync(Tenant, 1, 500);
        await sink.HasAsync(500);
        await AgainAsync();
        await AppendAsync(Tenant, 501, 500);
        await StartAsync(sink);

        await sink.HasAsync(1_000);

        Assert.Equal(Numbers(1, 1_000), sink.Of(Tenant));
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_sink_that_fails_is_told_everything_when_it_is_well_again()
    {
        var sink = new Sink("file") { Fails = true };
        await StartAsync(sink);
        await AppendAsync(Tenant, 1, 2_000);
        await BecomesAsync(() => sink.Attempts >= 3);
        Assert.Equal((SinkState.Failing, 2_000), _board.All.Single() is var status ? (status.State, status.Behind) : default);

        sink.Fails = false;

        await sink.HasAsync(2_000);
        Assert.Equal(Numbers(1, 2_000), sink.Of(Tenant));
        await BecomesAsync(() => _board.All.Single() is { State: SinkState.Ok, Behind: 0, Oldest: null });
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_sink_that_fails_after_it_took_something_sees_it_twice_and_misses_nothing()
    {
        var sink = new Sink("file") { TakesAndFails = 3 };
        await StartAsync(sink);
        await AppendAsync(Tenant, 1, 1_000);

        await BecomesAsync(() => sink.Of(Tenant).Distinct().Count() == 1_000);

        Assert.True(sink.Of(Tenant).Count > 1_000);
        Assert.Equal(Numbers(1, 1_000), sink.Of(Tenant).Distinct());
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_sink_that_hangs_holds_up_neither_the_log_nor_the_others()
    {
        var hung = new Sink("syslog") { Hangs = true };
        var well = new Sink("file");
        await StartAsync(hung);
        await StartAsync(well);

        await AppendAsync(Tenant, 1, 1_000);
        await well.HasAsync(1_000);

        Assert.Equal(1_000, (await _log.HeadAsync(Tenant, "0", CancellationToken.None)).Sequence);
        Assert.Empty(hung.Of(Tenant));
    }

    [Fact]
    public async Task A_sink_that_takes_only_little_at_a_time_is_given_less()
    {
        var sink = new Sink("otlp") { MostAtOnce = 40 };
        await StartAsync(sink);
        await AppendAsync(Tenant, 1, 300);

        await sink.HasAsync(300);

        Assert.Equal(Numbers(1, 300), sink.Of(Tenant));
    }

    [Fact]
    public async Task A_tenant_that_floods_does_not_hold_another_ones_events_back()
    {
        await AppendAsync(Tenant, 1, 20_000);
        await AppendAsync(Other, 1, 1);
        var sink = new Sink("file");
        await StartAsync(sink);

        await BecomesAsync(() => sink.Of(Other).Count == 1);

        Assert.InRange(sink.Before(Other), 0, 1_000);
    }

    [Fact]
    public async Task A_sink_that_begins_now_is_told_what_comes()
    {
        await AppendAsync(Tenant, 1, 100);
        var sink = new Sink("file");
        await StartAsync(sink, fromNow: true);
        await BecomesAsync(() => _board.All is [{ State: SinkState.Ok }]);
        await AppendAsync(Tenant, 101, 5);

        await sink.HasAsync(5);

        Assert.Equal(Numbers(101, 5), sink.Of(Tenant));
    }

    [Fact]
    public async Task The_file_sink_has_the_whole_trail()
    {
        var path = _temporary["sink.jsonl"];
        using var sink = new FileSink(new FileSinkOptions { Path = path });
        await StartAsync(sink);
        await AppendAsync(Tenant, 1, 1_500);

        await BecomesAsync(() => File.Exists(path) && File.ReadAllBytes(path).Count(b => b == '\n') == 1_500);
    }

    private async Task StartAsync(IAuditSink sink, bool fromNow = false)
    {
        var pump = new SinkPump(sink, _feed, _board, fromNow, TimeProvider.System, NullLogger<SinkPump>.Instance);
        _pumps.Add(pump);
        await pump.StartAsync(CancellationToken.None);
    }

    private async Task AppendAsync(TenantId tenant, long first, int count)
    {
        for (var done = 0; done < count; done += 500)
        {
            await _log.AppendAsync(tenant, "0", Rows(first + done, Math.Min(500, count - done)), CancellationToken.None);
        }
    }

    private async Task AgainAsync()
    {
        await CloseAsync();
        Open();
    }

    private void Open()
    {
        _directory = _temporary.Open();
        _log = new SqliteAuditLog(_directory, NullLogger<SqliteAuditLog>.Instance);
        _feed = new SqliteAuditFeed(_directory);
    }

    private async Task CloseAsync()
    {
        foreach (var pump in _pumps)
        {
            await pump.StopAsync(CancellationToken.None);
            pump.Dispose();
        }

        _pumps.Clear();
        _feed.Dispose();
        _log.Dispose();
        _directory.Dispose();
    }

    private static async Task BecomesAsync(Func<bool> isSo)
    {
        for (var watch = Stopwatch.StartNew(); !isSo(); await Task.Delay(20))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "It did not become so within a minute.");
        }
    }

    private static IEnumerable<long> Numbers(int first, int count) => Enumerable.Range(first, count).Select(n => (long)n);

    private sealed class Sink(string name) : IAuditSink
    {
        private readonly ConcurrentQueue<SinkEvent> _events = new();
        private int _attempts;

        public string Name => name;

        public int Attempts => Volatile.Read(ref _attempts);

        public bool Fails { get; set; }

        public bool Hangs { get; init; }

        public int TakesAndFails { get; set; }

        public int MostAtOnce { get; init; } = int.MaxValue;

        public IReadOnlyList<long> Of(TenantId tenant) => [.. _events.Where(entry => entry.Stream.Tenant == tenant.ToString()).Select(entry => entry.Row.Sequence)];

        /// <summary>Events of others before the first of a tenant.</summary>
        public int Before(TenantId tenant) => _events.TakeWhile(entry => entry.Stream.Tenant != tenant.ToString()).Count();

        public Task HasAsync(int count) => BecomesAsync(() => _events.Count >= count);

        public async Task DeliverAsync(IReadOnlyList<SinkEvent> events, CancellationToken cancel)
        {
            Interlocked.Increment(ref _attempts);
            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancel);
            }

            if (Fails || events.Count > MostAtOnce)
            {
                throw new IOException("It does not take them.");
            }

            foreach (var entry in events)
            {
                _events.Enqueue(entry);
            }

            if (TakesAndFails-- > 0)
            {
                throw new IOException("It took them, and nobody knows.");
            }
        }
    }
}

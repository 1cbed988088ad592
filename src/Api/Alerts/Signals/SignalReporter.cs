using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Alerts.Signals;

/// <summary>
/// Carries counts to the grains of their tenants, twice a second, and the sum of all to the platform's; metrics by tenant are made of them on the way. What a grain did not take is sent again under the
/// same number; what was not sent yet when the process is killed, a second's worth at most, is lost.
/// </summary>
internal sealed partial class SignalReporter(SignalCounters counters, TenantTelemetry telemetry, TenantGrains grains, TimeProvider clock, ILogger<SignalReporter> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Guid _node = Guid.NewGuid();
    private readonly Dictionary<TenantId, SignalChannel> _channels = [];
    private int _turn;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await Task.WhenAll(_channels.Values.Select(channel => channel.Sending)).WaitAsync(Farewell, clock, cancellationToken);
            Turn();
            await Task.WhenAll(_channels.Values.Select(channel => channel.Sending)).WaitAsync(Farewell, clock, cancellationToken);
        }
        catch (Exception failure)
        {
            Log.NotSent(logger, failure);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Turn();
        }
    }

    private void Turn()
    {
        var all = Channel(TenantId.Platform);
        foreach (var (tenant, seconds) in counters.Take())
        {
            all.Add(seconds);
            telemetry.Record(tenant, seconds);
            if (tenant != TenantId.Platform)
            {
                Channel(tenant).Add(seconds);
            }
        }

        // The platform's grain hears of memory every five seconds, and is awake for that.
        all.Add([], _turn++ % 10 == 0 ? MemoryPercent() : 0);
        foreach (var (tenant, channel) in _channels)
        {
            if (channel.Sending.Exception is { } failure)
            {
                Log.Retried(logger, failure.InnerException, tenant);
            }

            channel.Send();
        }
    }

    private SignalChannel Channel(TenantId tenant) =>
        _channels.TryGetValue(tenant, out var channel) ? channel : _channels[tenant] = new SignalChannel(tenant, _node, grains, clock);

    private static int MemoryPercent()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return available <= 0 ? 0 : (int)Math.Clamp(100 * Environment.WorkingSet / available, 0, 100);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "SignalsRetried", Level = LogLevel.Warning, Message = "Counts of {Tenant} were not taken; they are sent again.")]
        public static partial void Retried(ILogger logger, Exception? failure, TenantId tenant);

        [LoggerMessage(EventId = 2, EventName = "SignalsNotSent", Level = LogLevel.Warning, Message = "The last counts could not be handed over.")]
        public static partial void NotSent(ILogger logger, Exception failure);
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Tenants;

namespace Platform.Api.RateLimits;

/// <summary>Gives permits back that this node leased of quotas and does not use, and all of them when it stops.</summary>
internal sealed partial class QuotaReturns(RateGate gate, TimeProvider clock, ILogger<QuotaReturns> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await ReturnAsync(all: true).WaitAsync(Farewell, clock, cancellationToken);
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            Log.NotReturned(logger, failure, TenantId.Platform);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await ReturnAsync(all: false);
        }
    }

    private Task ReturnAsync(bool all) => Task.WhenAll(gate.Quotas.Select(held => ReturnAsync(held.Key, held.Value, all)));

    private async Task ReturnAsync(TenantId tenant, LeasedQuota quota, bool all)
    {
        try
        {
            await quota.ReturnAsync(all);
        }
        catch (Exception failure)
        {
            Log.NotReturned(logger, failure, tenant);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "QuotaNotReturned", Level = LogLevel.Warning, Message = "Unused permits of {Tenant} may not have gone back to its quota; they count as used.")]
        public static partial void NotReturned(ILogger logger, Exception failure, TenantId tenant);
    }
}

namespace Platform.Silo.Storage;

/// <summary>
/// Every minute deletes rows that expired more than ten minutes ago. Expiry itself is decided on read; this only gives the disk back. A
/// row that was written meanwhile has another version and stays.
/// </summary>
internal sealed partial class ExpiredStateCleaner(IGrainStateTable table, TimeProvider clock, ILogger<ExpiredStateCleaner> logger) : BackgroundService
{
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private const int BatchSize = 256;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>One round, in batches, until nothing dead is left: a ceiling would be below what busy tenants can let die. Returns how many rows it went for.</summary>
    public async Task<int> SweepAsync(CancellationToken cancel)
    {
        var before = (clock.GetUtcNow() - Grace).ToUnixTimeMilliseconds();
        var swept = 0;
        while (true)
        {
            var expired = await table.ExpiredAsync(before, BatchSize, cancel);
            swept += await table.SweepAsync(expired, cancel);
            if (expired.Count < BatchSize)
            {
                return swept;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await SweepAsync(stoppingToken) is > 0 and var swept)
                {
                    Log.Swept(logger, swept);
                }
            }
            catch (StorageFailedException e)
            {
                // The next minute tries again.
                Log.Failed(logger, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ExpiredStateSwept", Level = LogLevel.Debug, Message = "Swept {Count} expired rows of grain state")]
        public static partial void Swept(ILogger logger, int count);

        [LoggerMessage(EventId = 2, EventName = "ExpiredStateSweepFailed", Level = LogLevel.Warning, Message = "Expired grain state could not be swept")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}

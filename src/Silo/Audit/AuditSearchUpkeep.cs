using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>Keeps the index of searches close to the log, so that a search finds little left to do.</summary>
internal sealed partial class AuditSearchUpkeep(SqliteAuditSearch search, TimeProvider clock, ILogger<AuditSearchUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, clock);
        do
        {
            try
            {
                await search.KeepUpAsync(stoppingToken);
            }
            catch (StorageFailedException failure)
            {
                // The next beat tries again; searches say by themselves that they cannot be served.
                Log.Failed(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AuditSearchUpkeepFailed", Level = LogLevel.Warning, Message = "The search index of the audit trail could not be brought up to date.")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}

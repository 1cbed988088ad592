using Microsoft.EntityFrameworkCore;

namespace Platform.Silo.OAuth;

/// <summary>Removes what has been over for a day, of every tenant: tokens first, then grants without tokens. A used refresh token stays as long as its reuse could be tried.</summary>
internal sealed partial class RecordCleaner(IServiceScopeFactory scopes, TimeProvider clock, ILogger<RecordCleaner> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CleanAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.Failed(logger, failure);
            }
        }
    }

    internal async Task CleanAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var records = scope.ServiceProvider.GetRequiredService<OAuthDbContext>();
        var before = (clock.GetUtcNow() - Grace).UtcDateTime;
        await records.WriteAsync(() => records.Tokens.IgnoreQueryFilters().Where(row => row.ExpirationDate < before).ExecuteDeleteAsync(cancel), cancel);
        await records.WriteAsync(
            () => records.Authorizations.IgnoreQueryFilters().Where(row => row.CreationDate < before && !row.Tokens.Any()).ExecuteDeleteAsync(cancel), cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "OAuthCleaningFailed", Level = LogLevel.Warning, Message = "Expired OAuth records could not be removed; they are refused all the same.")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}

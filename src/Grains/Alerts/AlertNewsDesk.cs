using Microsoft.Extensions.Logging;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Alerts;

/// <summary>Puts news on record, then tells every channel. What did not get out is tried again; nobody waits long for it.</summary>
internal sealed partial class AlertNewsDesk(IEnumerable<IAlertChannel> channels, TenantGrains grains, TimeProvider clock, ILogger<AlertNewsDesk> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The news that are left.</summary>
    public async Task<AlertNews[]> PublishAsync(TenantId tenant, AlertNews[] news)
    {
        if (news.Length == 0)
        {
            return news;
        }

        try
        {
            AuditEvent[] records = [.. news.Where(item => item.Record).Select(item => AlertRecord.Of(tenant, item))];
            if (records.Length > 0)
            {
                await grains.For(tenant).Get<IAuditStreamGrain>("0").AppendAsync(new AuditBatch(records)).WaitAsync(Patience, clock);
            }
        }
        catch (Exception failure)
        {
            // An alert must reach people also when the trail is what fails: it is told now, and recorded when the trail works again.
            Log.NotRecorded(logger, failure, tenant);
            await TellAsync(tenant, news);
            return [.. news.Where(item => item.Record).Select(item => item with { Tell = false })];
        }

        await TellAsync(tenant, news);
        return [];
    }

    public async Task<AlertChannelView[]> TestAsync(TenantId tenant, AlertView alert, Guid id)
    {
        var notice = new AlertNotice(tenant, id, AlertNewsKind.Test, alert);
        return await Task.WhenAll(channels.Select(async channel => new AlertChannelView(channel.Name, await TellAsync(channel, notice))));
    }

    private async Task TellAsync(TenantId tenant, AlertNews[] news)
    {
        foreach (var item in news.Where(item => item.Tell))
        {
            var notice = new AlertNotice(tenant, item.Id, item.Kind, item.Alert);
            await Task.WhenAll(channels.Select(channel => TellAsync(channel, notice)));
        }
    }

    private async Task<bool> TellAsync(IAlertChannel channel, AlertNotice notice)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, clock);
            await channel.TellAsync(notice, patience.Token).WaitAsync(Patience, clock);
            return true;
        }
        catch (Exception failure)
        {
            // A channel that fails must not keep the others from being told.
            Log.NotTold(logger, failure, channel.Name, notice.Tenant);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AlertNotRecorded", Level = LogLevel.Error, Message = "An alert of {Tenant} could not be put on record yet.")]
        public static partial void NotRecorded(ILogger logger, Exception failure, TenantId tenant);

        [LoggerMessage(EventId = 2, EventName = "AlertChannelFailed", Level = LogLevel.Error, Message = "The channel {Channel} did not take a notice of {Tenant}.")]
        public static partial void NotTold(ILogger logger, Exception failure, string channel, TenantId tenant);
    }
}

using Microsoft.Extensions.Logging;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Alerts;

/// <summary>Puts news on record, then tells every channel. What did not get out is tried again, with those who did not get it; nobody waits long for it.</summary>
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

        var recorded = await RecordAsync(tenant, [.. news.Where(item => item.Record).Select(item => AlertRecord.Of(tenant, item))]);
        var left = new List<AlertNews>();
        IAlertChannel[] listening = [.. channels];
        foreach (var item in news)
        {
            // An alert must reach people also when the trail is what fails: it is told now, and recorded when the trail works again.
            var took = item.Tell ? await TellAsync(new AlertNotice(tenant, item.Id, item.Kind, item.Alert), item.Took, listening) : item.Took;

            // Whoever did not hear that an alert fires is not told first that it is resolved.
            listening = item.Tell ? [.. listening.Where(channel => took.Contains(channel.Name, StringComparer.Ordinal))] : listening;
            var next = item with { Record = item.Record && !recorded, Tell = item.Tell && took.Length < channels.Count(), Took = took };
            if (next.Record || next.Tell)
            {
                left.Add(Same(next, item) ? item : next);
            }
        }

        return [.. left];
    }

    public async Task<AlertChannelView[]> TestAsync(TenantId tenant, AlertView alert, Guid id)
    {
        var notice = new AlertNotice(tenant, id, AlertNewsKind.Test, alert);
        return await Task.WhenAll(channels.Where(channel => channel.ReachesPeople).Select(async channel =>
        {
            var heard = await TellAsync(channel, notice);
            return new AlertChannelView(channel.Name, heard is true, heard is null);
        }));
    }

    private static bool Same(AlertNews one, AlertNews other) => one.Record == other.Record && one.Tell == other.Tell && one.Took.Length == other.Took.Length;

    private async Task<bool> RecordAsync(TenantId tenant, AuditEvent[] records)
    {
        if (records.Length == 0)
        {
            return true;
        }

        try
        {
            await grains.For(tenant).Get<IAuditStreamGrain>("0").AppendAsync(new AuditBatch(records)).WaitAsync(Patience, clock);
            return true;
        }
        catch (Exception failure)
        {
            Log.NotRecorded(logger, failure, tenant);
            return false;
        }
    }

    /// <summary>The channels that have taken the notice by now.</summary>
    private async Task<string[]> TellAsync(AlertNotice notice, string[] took, IEnumerable<IAlertChannel> listening)
    {
        var told = await Task.WhenAll(listening.Where(channel => !took.Contains(channel.Name, StringComparer.Ordinal))
            .Select(async channel => await TellAsync(channel, notice) is null ? null : channel.Name));
        return [.. took, .. told.OfType<string>()];
    }

    /// <summary>Whether anybody heard it there; null when the channel failed.</summary>
    private async Task<bool?> TellAsync(IAlertChannel channel, AlertNotice notice)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, clock);
            return await channel.TellAsync(notice, patience.Token).WaitAsync(Patience, clock);
        }
        catch (Exception failure)
        {
            // A channel that fails must not keep the others from being told.
            Log.NotTold(logger, failure, channel.Name, notice.Tenant);
            return null;
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

using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Alerts;

/// <summary>Wakes a tenant's grain every minute while something fires or waits there: a timer does not survive the process.</summary>
internal sealed partial class AlertWatch(IGrainBase grain, ILogger logger)
{
    /// <summary>Names the reminder.</summary>
    public const string Name = "watch";

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private bool? _isSet;

    /// <summary>Sets or removes the reminder when that is not done yet; what fails is tried again with the next call.</summary>
    public async Task KeepAsync(bool isNeeded, TenantId tenant)
    {
        if (_isSet == isNeeded)
        {
            return;
        }

        try
        {
            if (isNeeded)
            {
                await grain.RegisterOrUpdateReminder(Name, Period, Period);
            }
            else if (await grain.GetReminder(Name) is { } reminder)
            {
                await grain.UnregisterReminder(reminder);
            }

            _isSet = isNeeded;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.NotSet(logger, failure, tenant);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AlertReminderNotSet", Level = LogLevel.Warning, Message = "The reminder of the alerts of {Tenant} could not be changed; it is tried again.")]
        public static partial void NotSet(ILogger logger, Exception failure, TenantId tenant);
    }
}

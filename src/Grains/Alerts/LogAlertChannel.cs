using Microsoft.Extensions.Logging;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Alerts;

/// <summary>Writes notices to the log, under event ids and names that do not change: who reads the log finds alerts by them.</summary>
internal sealed partial class LogAlertChannel(ILogger<LogAlertChannel> logger) : IAlertChannel
{
    public string Name => "log";

    public Task<bool> TellAsync(AlertNotice notice, CancellationToken cancel)
    {
        var alert = notice.Alert;
        switch (notice.Kind)
        {
            case AlertNewsKind.Fired:
                Log.Fired(logger, notice.Tenant, alert.Rule, alert.Id, alert.Signal, alert.Value, alert.Threshold, alert.WindowSeconds);
                break;
            case AlertNewsKind.Resolved:
                Log.Resolved(logger, notice.Tenant, alert.Rule, alert.Id, alert.Signal, alert.Peak, alert.ResolvedBy);
                break;
            default:
                Log.Tested(logger, notice.Tenant, alert.Rule);
                break;
        }

        return Task.FromResult(true);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 6001, EventName = "AlertFired", Level = LogLevel.Warning, Message = "Alert {Alert} of rule {Rule} in {Tenant} fires: {Signal} is {Value}, and {Threshold} in {WindowSeconds} s is too much.")]
        public static partial void Fired(ILogger logger, TenantId tenant, string rule, string alert, AlertSignal signal, decimal value, decimal threshold, int windowSeconds);

        [LoggerMessage(EventId = 6002, EventName = "AlertResolved", Level = LogLevel.Information, Message = "Alert {Alert} of rule {Rule} in {Tenant} is resolved by {By}; {Signal} was at most {Peak}.")]
        public static partial void Resolved(ILogger logger, TenantId tenant, string rule, string alert, AlertSignal signal, decimal peak, string? by);

        [LoggerMessage(EventId = 6003, EventName = "AlertTest", Level = LogLevel.Information, Message = "This is a test of rule {Rule} in {Tenant}: nothing happened.")]
        public static partial void Tested(ILogger logger, TenantId tenant, string rule);
    }
}

using Microsoft.Extensions.Logging;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenants;
using Platform.Grains.Alerts;

namespace Platform.Grains.Tests.Alerts;

[Trait("Control", "AL-6")]
public sealed class LogAlertChannelTests
{
    [Theory]
    [InlineData(AlertNewsKind.Fired, 6001, "AlertFired", LogLevel.Warning)]
    [InlineData(AlertNewsKind.Resolved, 6002, "AlertResolved", LogLevel.Information)]
    [InlineData(AlertNewsKind.Test, 6003, "AlertTest", LogLevel.Information)]
    public async Task Who_reads_the_log_finds_an_alert_by_its_event(AlertNewsKind kind, int id, string name, LogLevel level)
    {
        var log = new Lines();
        var alert = new AlertView
        {
            Number = 1, Id = "alert_1", Rule = "auth-failures", Signal = AlertSignal.AuthFailures, State = AlertState.Firing, Threshold = 10, WindowSeconds = 60, Value = 10, Peak = 10,
            FiredAt = DateTimeOffset.UnixEpoch, Told = true,
        };

        await new LogAlertChannel(log).TellAsync(new AlertNotice(TenantId.Platform, Guid.Empty, kind, alert), CancellationToken.None);

        Assert.Equal([(level, id, name)], log.Written.Select(line => (line.Level, line.Event.Id, line.Event.Name)));
    }

    private sealed class Lines : ILogger<LogAlertChannel>
    {
        public List<(LogLevel Level, EventId Event)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Written.Add((logLevel, eventId));
    }
}

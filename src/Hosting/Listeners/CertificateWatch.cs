using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Hosting.Listeners;

/// <summary>
/// Looks at the certificate's files every two seconds and says when its end is near. It reads and compares them: a directory that is swapped by a symbolic link,
/// as orchestrators do, raises no event that could be relied on.
/// </summary>
public sealed partial class CertificateWatch(ListenerCertificate certificate, TimeProvider clock, ILogger<CertificateWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Near = TimeSpan.FromDays(30);
    private static readonly TimeSpan Remind = TimeSpan.FromDays(1);

    private DateTimeOffset _reminded = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        do
        {
            try
            {
                LookOnce();
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.LookFailed(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void LookOnce()
    {
        var now = clock.GetUtcNow();
        if (certificate.TryReload(now, out var refused))
        {
            _reminded = DateTimeOffset.MinValue;
            Log.Replaced(logger, certificate.NotAfter);
        }
        else if (refused is not null)
        {
            Log.Refused(logger, refused);
        }

        if (certificate.NotAfter - now < Near && now - _reminded >= Remind)
        {
            _reminded = now;
            Log.ExpiresSoon(logger, certificate.NotAfter);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "TlsCertificateReplaced", Level = LogLevel.Information, Message = "The listeners' certificate was replaced; the new one is valid until {NotAfter:u}.")]
        public static partial void Replaced(ILogger logger, DateTimeOffset notAfter);

        [LoggerMessage(EventId = 2, EventName = "TlsCertificateRefused", Level = LogLevel.Error, Message = "A changed certificate is not served, the one before it stays: {Fault}")]
        public static partial void Refused(ILogger logger, string fault);

        [LoggerMessage(EventId = 3, EventName = "TlsCertificateExpiresSoon", Level = LogLevel.Warning, Message = "The listeners' certificate ends at {NotAfter:u}; replace its file, no restart is needed.")]
        public static partial void ExpiresSoon(ILogger logger, DateTimeOffset notAfter);

        [LoggerMessage(EventId = 4, EventName = "TlsCertificateLookFailed", Level = LogLevel.Error, Message = "The certificate's files could not be looked at.")]
        public static partial void LookFailed(ILogger logger, Exception failure);
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Telemetry;

/// <summary>
/// Every logger of the process, with credentials taken out of messages and exceptions before any provider sees them (ER-2). What a message was
/// made of travels on as it is: our own events carry identifiers only.
/// </summary>
internal sealed class RedactingLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new RedactingLogger(inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class RedactingLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (inner.IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, Clean(exception), (told, failure) => SecretText.Redact(formatter(told, failure)));
            }
        }

        private static Exception? Clean(Exception? failure)
        {
            if (failure is null)
            {
                return null;
            }

            var text = failure.ToString();
            var clean = SecretText.Redact(text);
            return string.Equals(text, clean, StringComparison.Ordinal) ? failure : new RedactedException(SecretText.Redact(failure.Message), clean);
        }
    }

    /// <summary>Stands for an exception whose text held a credential; says everything else that it said.</summary>
    private sealed class RedactedException(string message, string text) : Exception(message)
    {
        public override string ToString() => text;
    }
}

public static class RedactedLogging
{
    /// <summary>Puts the redaction between all loggers and all providers. Call it after logging was configured.</summary>
    public static IServiceCollection AddRedactedLogging(this IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(
        provider => new RedactingLoggerFactory(new LoggerFactory(
            provider.GetServices<ILoggerProvider>(),
            provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
            provider.GetService<IOptions<LoggerFactoryOptions>>()))));
}

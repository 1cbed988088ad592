using System.Collections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Telemetry;

/// <summary>
/// Every logger of the process, with credentials taken out of messages, scopes and exceptions (ER-2), and what would forge an event in a console spelled out (IN-5), before any provider sees them. What
/// a message was made of travels on as it is: our own events carry identifiers only, and who writes it as JSON escapes it.
/// </summary>
internal sealed class RedactingLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new RedactingLogger(inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class RedactingLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(new CleanScope<TState>(state));

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (inner.IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, Clean(exception), (told, failure) => Clean(formatter(told, failure)));
            }
        }

        private static string Clean(string text) => LineText.Encode(SecretText.Redact(text), keepsLines: false);

        private static Exception? Clean(Exception? failure)
        {
            if (failure is null)
            {
                return null;
            }

            var text = failure.ToString();
            var clean = LineText.Encode(SecretText.Redact(text), keepsLines: true);
            return string.Equals(text, clean, StringComparison.Ordinal) ? failure : new CleanException(Clean(failure.Message), clean);
        }

        /// <summary>A scope by its clean text, and with what it was made of.</summary>
        private sealed class CleanScope<TState>(TState state) : IEnumerable<KeyValuePair<string, object?>>
        {
            private readonly IEnumerable<KeyValuePair<string, object?>> _parts = state as IEnumerable<KeyValuePair<string, object?>> ?? [];

            public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _parts.GetEnumerator();

            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

            public override string ToString() => Clean(state?.ToString() ?? "");
        }
    }

    /// <summary>Stands for an exception whose text held a credential or a control character; says everything else that it said.</summary>
    private sealed class CleanException(string message, string text) : Exception(message)
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

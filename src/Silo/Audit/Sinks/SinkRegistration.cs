using Platform.Grains.Audit;
using Platform.Hosting;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit.Sinks;

/// <summary>Sinks of the audit trail for the composition root.</summary>
internal static class SinkRegistration
{
    /// <summary>A pump for each sink that is configured. Needs an <see cref="IAuditLog"/> and what it needs.</summary>
    public static IServiceCollection AddAuditSinks(this IServiceCollection services, PlatformOptions options)
    {
        var sinks = options.Audit.Sinks;
        services.AddSingleton<SinkBoard>();
        if (options.Cluster.IsCluster())
        {
            services.AddSingleton<IAuditFeed, PostgresAuditFeed>();
        }
        else
        {
            services.AddSingleton<IAuditFeed>(provider =>
            {
                // It reads the file that the log makes.
                provider.GetRequiredService<IAuditLog>();
                return new SqliteAuditFeed(provider.GetRequiredService<DataDirectory>());
            });
        }

        Add(services, sinks.File.Path, sinks.From, () => new FileSink(sinks.File));
        Add(services, sinks.Syslog.Endpoint, sinks.From, () => new SyslogSink(sinks.Syslog));
        Add(services, sinks.Otlp.Endpoint, sinks.From, () => new OtlpSink(sinks.Otlp));
        return services;
    }

    private static void Add<T>(IServiceCollection services, string place, string from, Func<T> make) where T : class, IAuditSink
    {
        if (place.Length == 0)
        {
            return;
        }

        // The container ends it after the pump that feeds it.
        services.AddSingleton(_ => make());
        services.AddSingleton<IHostedService>(provider => new SinkPump(
            provider.GetRequiredService<T>(), provider.GetRequiredService<IAuditFeed>(), provider.GetRequiredService<SinkBoard>(), from is "now", provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SinkPump>>()));
    }
}

using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Platform.Hosting.Telemetry;

public static class TelemetryExtensions
{
    /// <summary>
    /// Metrics of the gate, storage, Orleans, HTTP and the runtime, served to Prometheus; traces of the same, sent by OTLP when an endpoint is configured.
    /// </summary>
    public static IServiceCollection AddPlatformTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("mocopr-platform"))
            .WithMetrics(metrics =>
            {
                metrics
                    .AddMeter("Platform.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Server.Kestrel")
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter();
                if (options.OtlpEndpoint.Length > 0)
                {
                    metrics.AddOtlpExporter(otlp => Configure(otlp, options));
                }
            });
        if (options.OtlpEndpoint.Length > 0)
        {
            telemetry.WithTracing(tracing => tracing
                .AddSource("Platform.*", "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime")
                .AddAspNetCoreInstrumentation()
                .AddProcessor(new RedactingTraces())
                .AddOtlpExporter(otlp => Configure(otlp, options)));
        }

        return services;
    }

    private static void Configure(OtlpExporterOptions otlp, TelemetryOptions options)
    {
        otlp.Endpoint = new Uri(options.OtlpEndpoint);
        otlp.HttpClientFactory = () => new HttpClient(CollectorEndpoint.Handler(otlp.Endpoint)) { Timeout = TimeSpan.FromMilliseconds(otlp.TimeoutMilliseconds) };
        otlp.Headers = options.OtlpHeaders.Reveal() is { Length: > 0 } headers ? headers : otlp.Headers;
    }
}

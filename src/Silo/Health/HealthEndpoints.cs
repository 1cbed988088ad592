using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Silo.Audit.Sinks;
using Platform.Silo.Bootstrap;

namespace Platform.Silo.Health;

/// <summary>Liveness says that the process answers; readiness that grains and storage do, and that the first start is through.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", () => Results.Text("ok"));
        endpoints.MapGet("/health/ready", ReadyAsync);
        endpoints.MapGet("/health/audit-sinks", Sinks);
    }

    /// <summary>Sinks of the audit trail; 503 when one does not take what it is given. Apart from readiness: requests go on without them.</summary>
    private static IResult Sinks(SinkBoard board)
    {
        var sinks = board.All;
        return Results.Json(sinks, SinkJson.Default.IReadOnlyListSinkStatus, statusCode: sinks.Any(sink => sink.State == SinkState.Failing) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static async Task<IResult> ReadyAsync(TenantGrains grains, FirstStart first, IHostApplicationLifetime lifetime)
    {
        if (!first.IsDone || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            await grains.Platform.Get<ITenantListGrain>("list").PageAsync(null, 1).WaitAsync(Patience);
            return Results.Text("ready");
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException or IOException)
        {
            return Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}

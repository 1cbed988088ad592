using Platform.Hosting;

namespace Platform.Silo.Audit.Witnesses;

/// <summary>Whether checkpoints are made, witnesses have them, and all trails are what was seen of them. Apart from readiness: a witness that is away is no reason to serve nobody.</summary>
internal static class AuditHealth
{
    /// <summary>Intervals of checkpoints that may be missed.</summary>
    private const int Missed = 3;

    public static void MapAuditHealth(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/health/audit", (WitnessBoard board, PlatformOptions options) =>
            board.Fault(Missed * TimeSpan.FromMinutes(options.Audit.CheckpointMinutes)) is { } fault
                ? Results.Text(fault, statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text("ok"));
}

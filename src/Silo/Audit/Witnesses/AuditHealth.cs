using Platform.Hosting;

namespace Platform.Silo.Audit.Witnesses;

/// <summary>Whether checkpoints are made, witnesses have them, and all trails are what was seen of them. Apart from readiness: a witness that is away is no reason to serve nobody.</summary>
internal static class AuditHealth
{
    /// <summary>Intervals of checkpoints that may be missed.</summary>
    private const int Missed = 3;

    /// <summary>For how long a witness may be behind, and how old a checkpoint may be.</summary>
    public static TimeSpan Patience(PlatformOptions options) => Missed * TimeSpan.FromMinutes(options.Audit.CheckpointMinutes);

    public static void MapAuditHealth(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/health/audit", (WitnessBoard board, PlatformOptions options) =>
            board.Fault(Patience(options)) is { } fault
                ? Results.Text(fault, statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text("ok"));
}

using System.Net;

namespace Platform.Silo.Health;

/// <summary>
/// Keeps what operators watch a process by to the machine that it runs on (TR-13): metrics and the state of the audit trail name tenants and say how much they do, and nobody is asked who they are. The management listener may be
/// open to a network; these paths are not. Others are sent metrics by OTLP.
/// </summary>
internal static class ThisMachine
{
    private static readonly PathString[] Paths = ["/metrics", "/health/audit", "/health/audit-sinks"];

    /// <summary>Answers 404 to everybody else, before anything else is looked at.</summary>
    public static void UseThisMachine(this IApplicationBuilder app) =>
        app.Use(next => http =>
        {
            if (!Array.Exists(Paths, path => http.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)) || IsHere(http))
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });

    // A proxy on this machine asks for somebody else.
    internal static bool IsHere(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer)
        && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded");
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Platform.Api.Management;

/// <summary>
/// How long the body of a request may take to arrive (TR-9). The server's own bound is a least rate, by which a MiB may take more than an hour; what was decided of its sender then holds no more.
/// Cuts the connection when it is over; nothing was bound then, and no handler ran. Uploads of files have bounds of their own.
/// </summary>
internal static class BodyPatience
{
    /// <summary>Null for a request without a body.</summary>
    /// <param name="http">The request; not read yet.</param>
    /// <param name="patience">From now on.</param>
    /// <param name="clock">Whose timers run.</param>
    public static IDisposable? Of(HttpContext http, TimeSpan patience, TimeProvider clock) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            ? clock.CreateTimer(static state => ((HttpContext)state!).Abort(), http, patience, Timeout.InfiniteTimeSpan)
            : null;
}

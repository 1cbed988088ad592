using System.Net;

namespace Platform.Cli.Rest;

/// <summary>Whether a request is worth another attempt, and when.</summary>
internal static class Retry
{
    public const int Attempts = 4;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Null when it is not. What the server says counts; a wait that nobody would sit through does not.</summary>
    /// <param name="request">That was sent.</param>
    /// <param name="response">Null when none came.</param>
    /// <param name="attempt">That failed, from 1.</param>
    public static TimeSpan? After(RestRequest request, HttpResponseMessage? response, int attempt)
    {
        if (attempt >= Attempts || !request.MayRepeat)
        {
            return null;
        }

        var said = response?.Headers.RetryAfter?.Delta;
        var isPassing = response is null || response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            || (said is not null && response.StatusCode is HttpStatusCode.TooManyRequests)
            // The attempt before is under way, under the same Idempotency-Key.
            || (said is not null && response.StatusCode is HttpStatusCode.Conflict && attempt > 1);
        return isPassing && !(said > Longest) ? said ?? TimeSpan.FromMilliseconds(200 << (2 * (attempt - 1))) : null;
    }
}

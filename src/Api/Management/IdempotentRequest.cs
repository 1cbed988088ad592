using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Idempotency;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>A request that has its idempotency key, or the answer that it got before.</summary>
/// <param name="grain">Enters the scope of the caller's tenant, which the handler may have left for another.</param>
/// <param name="fingerprint">Of the request.</param>
/// <param name="json">Writes what is kept.</param>
/// <param name="answered">See <see cref="Answered"/>.</param>
/// <param name="logger">Hears of a key that was not freed.</param>
internal sealed partial class IdempotentRequest(Func<IIdempotencyGrain> grain, string fingerprint, RevealingJson json, KeptAnswer? answered, ILogger logger)
{
    /// <summary>What it was answered before; null when it is to be served.</summary>
    public KeptAnswer? Answered => answered;

    /// <summary>Frees the key of a request that was refused; where nobody can say how far it came, the key stays taken until its patience ends.</summary>
    public async Task RefuseAsync(ProblemCode code)
    {
        if (answered is not null || code is ProblemCode.Internal or ProblemCode.Unavailable or ProblemCode.Timeout)
        {
            return;
        }

        try
        {
            await grain().ReleaseAsync(fingerprint);
        }
        catch (Exception failure)
        {
            // It frees itself within a minute, and the caller learns why it was refused.
            Log.NotFreed(logger, failure);
        }
    }

    /// <summary>Keeps what the handler answers, before the answer leaves.</summary>
    public void Keep(HttpContext http, object? result)
    {
        if (result is ProblemResult)
        {
            return;
        }

        var body = (result as IValueHttpResult)?.Value is { } value ? json.Write(value) : null;
        var entry = ManagementExchange.Of(http)!.Entry;
        http.Response.OnStarting(() => grain().CompleteAsync(fingerprint, new KeptAnswer(
            http.Response.StatusCode, http.Response.Headers.Location, body, entry.Tenant, entry.Target, http.Response.Headers.ETag, http.Response.Headers[HasOperation.Header])));
    }

    /// <summary>Answers as before.</summary>
    public static async Task AnswerAsync(HttpContext http, KeptAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.Headers["Idempotency-Replayed"] = "true";
        if (answer.Location is not null)
        {
            http.Response.Headers.Location = answer.Location;
        }

        if (answer.ETag is not null)
        {
            http.Response.Headers.ETag = answer.ETag;
        }

        if (answer.Operation is not null)
        {
            http.Response.Headers[HasOperation.Header] = answer.Operation;
        }

        if (answer.Json is not null)
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            await http.Response.WriteAsync(answer.Json, http.RequestAborted);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "IdempotencyKeyNotFreed", Level = LogLevel.Warning, Message = "The idempotency key of a refused request was not freed; it frees itself within a minute.")]
        public static partial void NotFreed(ILogger logger, Exception failure);
    }
}

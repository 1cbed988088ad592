using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>For handlers that read a body themselves: it has its time, and what was decided before it was there is decided again (TR-9, TR-10).</summary>
internal sealed class LateBodies(ManagementGate gate, IOptions<ApiOptions> options, TimeProvider clock)
{
    /// <summary>How often the sender of what takes long is judged.</summary>
    public TimeSpan Beat => options.Value.StreamBeat;

    /// <summary>Reads within the time that a body has.</summary>
    public async ValueTask<Result<T>> ReadAsync<T>(HttpContext http, ManagementExchange exchange, Func<ValueTask<Result<T>>> read)
    {
        using var patience = BodyPatience.Of(http, options.Value.BodyPatience, clock);
        var body = await read();
        return body.Problem is null && await JudgeAsync(http, exchange, ManagementGate.Moment) is { } refused ? refused : body;
    }

    /// <summary>Judges again, if the last time was so long ago; null while the sender may go on.</summary>
    public async ValueTask<Problem?> JudgeAsync(HttpContext http, ManagementExchange exchange, TimeSpan age) =>
        clock.GetElapsedTime(exchange.Judged) > age ? await gate.AskAgainAsync(http, exchange) : null;
}

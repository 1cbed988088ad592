using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>For handlers that read a body themselves: it has its time, and what was decided before it was there is decided again (TR-9, TR-10).</summary>
internal sealed class LateBodies(ManagementGate gate, IOptions<ApiOptions> options, TimeProvider clock)
{
    /// <summary>Reads within the time that a body has.</summary>
    public async ValueTask<Result<T>> ReadAsync<T>(HttpContext http, ManagementExchange exchange, Func<ValueTask<Result<T>>> read)
    {
        using var patience = BodyPatience.Of(http, options.Value.BodyPatience, clock);
        var body = await read();
        return body.Problem is null && await JudgeLastAsync(http, exchange) is { } refused ? refused : body;
    }

    /// <summary>Judges the sender of what takes long: once a beat.</summary>
    public ValueTask<Problem?> JudgeAsync(HttpContext http, ManagementExchange exchange) => gate.JudgeAsync(http, exchange, options.Value.StreamBeat);

    /// <summary>Judges the sender of what is about to be kept, but for a moment.</summary>
    public ValueTask<Problem?> JudgeLastAsync(HttpContext http, ManagementExchange exchange) => gate.JudgeAsync(http, exchange, ApiOptions.Moment);
}

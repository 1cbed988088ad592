using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>A setting of one word or number: what it is, is its version too. It is changed as RFC 9110 has it: only from what the client saw.</summary>
/// <param name="Tag">Of a value; no quote, no white space.</param>
/// <param name="Recorded">What of it is set, for the trail; all of it where this is left out.</param>
internal sealed record Setting<T>(Func<T, string> Tag, Func<T, object>? Recorded = null) where T : class
{
    public IResult Told(HttpContext http, T value) => Answer.Versioned(http.Response, value, Tag(value));

    /// <param name="http">The request, with its condition.</param>
    /// <param name="read">What it is now.</param>
    /// <param name="set">Sets it if it still is what was read; the answer is what it is then.</param>
    public async Task<IResult> SetAsync(HttpContext http, Func<Task<T>> read, Func<T, Task<Result<T>>> set)
    {
        if (!EntityCondition.Required(http.Request).Try(out var condition, out var refused))
        {
            return Answer.Refused(refused);
        }

        var now = await read();
        if ((refused = condition.Check(Tag(now))) is not null || !(await set(now)).Try(out var changed, out refused))
        {
            return Answer.Refused(refused);
        }

        ManagementExchange.Of(http)!.Changed(Recorded?.Invoke(now) ?? now, Recorded?.Invoke(changed) ?? changed);
        return Told(http, changed);
    }
}

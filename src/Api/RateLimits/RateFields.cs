using System.Globalization;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;

namespace Platform.Api.RateLimits;

/// <summary>The header fields of draft-ietf-httpapi-ratelimit-headers-11, and Retry-After. The older X-RateLimit-* are sent nowhere.</summary>
internal static class RateFields
{
    public const string Limit = "RateLimit";
    public const string Policy = "RateLimit-Policy";

    /// <summary>For a refusal that passes with time: when to come back, and which limit it was.</summary>
    public static void Refuse(IHeaderDictionary headers, Problem problem)
    {
        if (problem.RetryAfter is not { } wait)
        {
            return;
        }

        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        headers.RetryAfter = seconds;
        if (problem is SpentLimit { Policies: { } policies } spent)
        {
            headers[Policy] = policies;
            headers[Limit] = $"{spent.Dimension.Remaining(0)};t={seconds}";
        }
    }
}

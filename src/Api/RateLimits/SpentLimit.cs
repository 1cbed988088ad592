using System.Globalization;
using Platform.Abstractions.Problems;

namespace Platform.Api.RateLimits;

/// <summary>One limit is used up. Which one is no secret to the caller: it says what to do about it.</summary>
internal sealed record SpentLimit : Problem
{
    private SpentLimit(RateDimension dimension, ProblemCode code, string detail)
        : base(code, detail) => Dimension = dimension;

    /// <summary>What the limit counts.</summary>
    public RateDimension Dimension { get; }

    /// <summary>All limits that concern the request, as the field RateLimit-Policy has them; null where nobody is told.</summary>
    public string? Policies { get; init; }

    /// <summary>When a quota begins anew; null for other limits.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    public static SpentLimit Of(RateDimension dimension, TimeSpan wait) =>
        new(dimension, ProblemCode.RateLimited, $"The rate limit of {dimension.Subject} is used up.") { RetryAfter = wait };

    public static SpentLimit OfQuota(RateDimension period, TimeSpan wait, DateTimeOffset resetsAt) =>
        new(period, ProblemCode.QuotaExceeded, string.Create(CultureInfo.InvariantCulture, $"The tenant's quota of {period.Subject} does not cover this request; it begins anew at {resetsAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}."))
        {
            RetryAfter = wait,
            ResetsAt = resetsAt,
        };
}

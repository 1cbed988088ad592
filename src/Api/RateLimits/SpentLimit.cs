using Platform.Abstractions.Problems;

namespace Platform.Api.RateLimits;

/// <summary>One limit is used up. Which one is no secret to the caller: it says what to do about it.</summary>
/// <param name="Dimension">What the limit counts.</param>
/// <param name="Wait">Until the permits are due.</param>
internal sealed record SpentLimit(RateDimension Dimension, TimeSpan Wait) : Problem(ProblemCode.RateLimited, $"The rate limit of {Dimension.Subject} is used up.")
{
    /// <summary>All limits that concern the request, as the field RateLimit-Policy has them; null where nobody is told.</summary>
    public string? Policies { get; init; }

    public static SpentLimit Of(RateDimension dimension, TimeSpan wait) => new(dimension, wait) { RetryAfter = wait };
}

namespace Platform.Api.RateLimits;

/// <summary>What a bucket counts, and what clients read of it.</summary>
/// <param name="Name">In the header fields and in the data of a refusal.</param>
/// <param name="Subject">In the sentence that says whose limit is used up.</param>
internal sealed record RateDimension(string Name, string Subject)
{
    public static RateDimension Key { get; } = new("key", "this credential");

    public static RateDimension Principal { get; } = new("principal", "this principal");

    public static RateDimension Address { get; } = new("address", "this client address");

    public static RateDimension Tenant { get; } = new("tenant", "this tenant");

    public static RateDimension Method { get; } = new("method", "this method");

    public static RateDimension Tool { get; } = new("tool", "this tool");

    public static RateDimension Day { get; } = new("day", "this day");

    public static RateDimension Month { get; } = new("month", "this month");

    /// <summary>Guesses of secrets; no client is told more.</summary>
    public static RateDimension Attempts { get; } = new("attempts", "these attempts");

    private readonly RemainingText _remaining = new(Name);

    /// <summary>An item of the field RateLimit, made once for every number that it can name.</summary>
    public string Remaining(int permits) => _remaining.For(permits);
}

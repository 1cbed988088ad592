namespace Platform.Abstractions.RateLimits;

/// <summary>How full a bucket is.</summary>
/// <param name="Limit">What it counts: <c>key</c>, <c>principal</c>, <c>address</c>, <c>tenant</c>, <c>method</c> or <c>tool</c>.</param>
/// <param name="Name">Of the method or tool; null for the others.</param>
/// <param name="PermitsPerMinute">Its speed.</param>
/// <param name="Burst">Its size.</param>
/// <param name="Available">Permits that it holds now; those that nodes have leased for a second are not among them.</param>
public sealed record RateLimitLevel(string Limit, string? Name, int PermitsPerMinute, int Burst, int Available);

using Platform.Abstractions.Identity;
using Platform.Api.RateLimits;

namespace Platform.Api.Authentication;

/// <summary>A credential that was verified moments ago, and everything a request needs to know of its owner. Immutable but for the lease.</summary>
internal sealed class AuthenticatedCaller
{
    public required Caller Caller { get; init; }

    public required PermissionSet Permissions { get; init; }

    public required LeasedBucket Bucket { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Timestamp of the question, not of the answer: age counts from before the grain looked.</summary>
    public required long Fetched { get; init; }
}

using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Api.RateLimits;

namespace Platform.Api.Authentication;

/// <summary>A credential that was verified moments ago, and everything a request needs to know of its owner. Immutable but for the lease, and for being dropped.</summary>
internal sealed class AuthenticatedCaller
{
    public required Caller Caller { get; init; }

    public required PermissionSet Permissions { get; init; }

    public required LeasedBucket Bucket { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Where the credential may be used from; null for everywhere.</summary>
    public AddressList? Addresses { get; init; }

    /// <summary>Timestamp of the question, not of the answer: age counts from before the grain looked.</summary>
    public required long Fetched { get; init; }

    /// <summary>A change was pushed: it must be asked for again before it serves. Once true it stays so.</summary>
    public bool IsDropped { get => Volatile.Read(ref _dropped); set => Volatile.Write(ref _dropped, value); }

    private bool _dropped;
}

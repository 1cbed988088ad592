using System.Net;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Api.RateLimits;

namespace Platform.Api.Authentication;

/// <summary>A credential that was verified moments ago, and everything a request needs to know of its owner. Immutable but for being dropped.</summary>
internal sealed class AuthenticatedCaller
{
    private readonly PermissionSet? _judged;

    public AuthenticatedCaller() { }

    private AuthenticatedCaller(PermissionSet judged) => _judged = judged;

    public required Caller Caller { get; init; }

    /// <summary>What the owner may do, and when.</summary>
    public required AccessPolicy Policy { get; init; }

    /// <summary>By the kind of credential.</summary>
    public TrustLevel Trust { get; init; } = TrustLevel.Low;

    /// <summary>What this request may do: nothing that depends on a condition, until <see cref="At"/> has judged it.</summary>
    public PermissionSet Permissions => _judged ?? (Policy.IsConstant ? Policy.At(default) : PermissionSet.None);

    /// <summary>What its requests are counted by.</summary>
    public required CallerRates Rates { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Where the credential may be used from; null for everywhere.</summary>
    public AddressList? Addresses { get; init; }

    /// <summary>Timestamp of the question, not of the answer: age counts from before the grain looked.</summary>
    public required long Fetched { get; init; }

    public PermissionSet PermissionsAt(DateTimeOffset now, IPAddress? address) => Policy.At(new AccessContext(now, address, Trust));

    /// <summary>The caller of one request, with conditions judged; itself when there are none.</summary>
    /// <param name="now">When the request is made.</param>
    /// <param name="address">The client's address as text, as the trail has it; what is no address satisfies no condition on addresses.</param>
    public AuthenticatedCaller At(DateTimeOffset now, string? address) => Policy.IsConstant
        ? this
        : new AuthenticatedCaller(PermissionsAt(now, IPAddress.TryParse(address, out var parsed) ? parsed : null))
        {
            Caller = Caller,
            Policy = Policy,
            Trust = Trust,
            Rates = Rates,
            ExpiresAt = ExpiresAt,
            Addresses = Addresses,
            Fetched = Fetched,
        };

    /// <summary>A change was pushed: it must be asked for again before it serves. Once true it stays so.</summary>
    public bool IsDropped { get => Volatile.Read(ref _dropped); set => Volatile.Write(ref _dropped, value); }

    private bool _dropped;
}

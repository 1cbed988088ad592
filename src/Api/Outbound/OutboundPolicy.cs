using System.Net;
using System.Net.Security;

namespace Platform.Api.Outbound;

/// <summary>What the fetcher may do. The defaults are production's; tests and the development profile loosen what they name.</summary>
internal sealed record OutboundPolicy
{
    /// <summary>Most bytes of a document.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>From resolving the name to the last byte.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Serves a developer whose identity provider runs on the same machine: loopback addresses, and plain http there. Never in production.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>Networks that are not public and may be reached all the same, because an operator named them. Plain http, too, where it is this machine. Default: none.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    /// <summary>Fetches at a time on this node; further ones wait within their patience.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>How names become addresses.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = static (host, cancel) => Dns.GetHostAddressesAsync(host, cancel);

    /// <summary>Judges the server's certificate; the system's trust when null.</summary>
    public RemoteCertificateValidationCallback? Certificates { get; init; }

    /// <summary>Whether a URL may be asked for at all, before any name is resolved.</summary>
    public bool Allows(Uri url) =>
        url.IsAbsoluteUri && url.UserInfo.Length == 0 && url.Fragment.Length == 0 && url.OriginalString.Length <= 2_048
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback && (AllowLoopback || IsAllowed(IPAddress.Loopback) || IsAllowed(IPAddress.IPv6Loopback))));

    /// <summary>Whether an address may be connected to.</summary>
    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return PublicAddress.IsPublic(plain) || (AllowLoopback && IPAddress.IsLoopback(plain)) || (IsAllowed(plain) && !PublicAddress.IsNever(plain));
    }

    private bool IsAllowed(IPAddress address) => Networks.Any(network => network.Contains(address));
}

using Microsoft.Extensions.Primitives;

namespace Platform.Api.Security;

/// <summary>Refuses requests addressed to a name that is not the platform's: DNS rebinding (TR-6). Forwarded headers are not read here.</summary>
internal static class HostGuard
{
    public static bool IsAllowed(StringValues header, ApiOptions options) => header is [{ } host] && IsAllowed(host, options);

    /// <param name="host">With or without a port.</param>
    /// <param name="options">Hold the names, compared exactly but for case.</param>
    public static bool IsAllowed(string? host, ApiOptions options) =>
        HostHeader.TryReadName(host, out var name) && options.AllowedHosts.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);
}

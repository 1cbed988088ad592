using Microsoft.Extensions.Primitives;

namespace Platform.Api.Security;

/// <summary>Refuses requests addressed to a name that is not ours: DNS rebinding (TR-6). Forwarded headers are never read.</summary>
internal static class HostGuard
{
    public static bool IsAllowed(StringValues header, ApiOptions options)
    {
        if (header is not [{ Length: > 0 } host])
        {
            return false;
        }

        var colon = host.LastIndexOf(':');
        var name = colon > host.LastIndexOf(']') ? host.AsSpan(0, colon) : host;
        return options.AllowedHosts.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);
    }
}

using System.Net;

namespace Platform.Hosting;

/// <summary>Where a listener may listen (TR-1): https on any address, plain http on loopback alone. Addresses, never names: what is bound must not depend on a resolver.</summary>
internal static class ListenerAddress
{
    /// <summary>Read as a URL, as everything else here is: what is only spelled differently must not be served in clear.</summary>
    public static bool IsHttps(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;

    /// <summary>What is wrong with the URL of a listener; null when nothing is.</summary>
    public static string? Fault(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.UserInfo.Length > 0)
        {
            return $"is '{url}'; write scheme, address and port, such as http://127.0.0.1:5080.";
        }

        if (!IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address))
        {
            return $"is '{url}'; write an address, such as 127.0.0.1 or [::1], not a name.";
        }

        return uri.Scheme switch
        {
            "https" => null,
            "http" when IPAddress.IsLoopback(address) => null,

            // TR-1: credentials never travel in clear beyond this machine.
            "http" => $"is '{url}'; plain http is served on loopback only. Use 127.0.0.1 or [::1], or https with Platform:Tls:CertificateFile.",
            _ => $"is '{url}'; choose http on loopback, or https.",
        };
    }

    /// <summary>True for an address that other machines reach.</summary>
    public static bool IsPublic(string url) => Read(url) is { } address && !IPAddress.IsLoopback(address);

    /// <summary>True for every address of the machine at once, which is no address that a client could name.</summary>
    public static bool IsAny(string url) => Read(url) is { } address && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    private static IPAddress? Read(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) ? address : null;
}

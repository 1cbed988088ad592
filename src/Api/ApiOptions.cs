using Platform.Hosting;

namespace Platform.Api;

/// <summary>What the front end needs to know of its surroundings; the host fills it from <c>Platform</c>.</summary>
public sealed class ApiOptions
{
    /// <summary><c>live</c> or <c>test</c>; keys of the other environment are refused.</summary>
    public string Environment { get; set; } = "live";

    /// <summary>Base of the public URLs of the data listener, without a trailing slash: what metadata and snippets name. Never taken from a Host header.</summary>
    public string DataUrl { get; set; } = "http://127.0.0.1:5080";

    /// <summary>Base of the management listener, without a trailing slash.</summary>
    public string ManagementUrl { get; set; } = "http://127.0.0.1:5081";

    /// <summary>Host names that are served, without port.</summary>
    public HashSet<string> AllowedHosts { get; } = new(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };

    /// <summary>Tenants are served at <c>{slug}.{Domain}</c>; empty serves none there.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Whose forwarded headers are believed on the data listener.</summary>
    public ProxyNetworks Proxies { get; set; } = ProxyNetworks.None;

    /// <summary>How long a verdict about a key, tenant or session may be kept: with the push of changes it bounds how long a revoked one can work (5 s).</summary>
    public TimeSpan VerdictLife { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Most time a request may take (TR-9).</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

using System.Net;

namespace Platform.Hosting;

/// <summary>Where telemetry and events may be sent by OTLP: with their credential over TLS, or in clear to this machine.</summary>
public static class CollectorEndpoint
{
    /// <summary>What to write instead, for the fault of an option.</summary>
    public const string Cure = "write https and host, such as https://collector.example:4317, or http on loopback";

    /// <summary>A name and a password in front of the host, or a key in the query, would be a secret in the configuration.</summary>
    public static bool IsValid(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsLoopback(uri)));

    /// <summary>A redirect would take the headers' secret to somebody else; so would the environment's proxy what goes in clear because it stays on this machine.</summary>
    public static SocketsHttpHandler Handler(Uri endpoint) =>
        new() { AllowAutoRedirect = false, UseCookies = false, UseProxy = endpoint.Scheme == Uri.UriSchemeHttps && !IsLoopback(endpoint) };

    internal static bool IsLoopback(Uri uri) => uri.Host is "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Platform.Cli.Outcomes;
using Platform.Cli.Stdio;

namespace Platform.Cli.Rest;

/// <summary>Which URLs a credential is sent to.</summary>
internal static class ManagementUrl
{
    public static Outcome<Uri> Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
        {
            return Refusal.Usage("The URL of the management API begins with https://, such as https://admin.example.com.");
        }

        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0 || url.Query.Length > 0 || url.AbsolutePath != "/")
        {
            return Refusal.Usage("The URL of the management API is scheme, host and port alone, such as https://admin.example.com:8443.");
        }

        // A credential in plain text on a network is one given away; there is no switch for it.
        return url.Scheme == "https" || EndpointRule.IsLoopback(url)
            ? url
            : Refusal.Usage("The URL of the management API begins with https:// unless it leads to this machine (localhost, 127.0.0.1, [::1]).");
    }

    /// <summary>The certificates of a PEM file.</summary>
    public static Outcome<X509Certificate2Collection> Authorities(string path)
    {
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(path);
            return found.Count > 0 ? found : Refusal.Usage($"{path} holds no certificate in PEM form.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            return Refusal.Usage($"{path} cannot be read as certificates in PEM form.");
        }
    }
}

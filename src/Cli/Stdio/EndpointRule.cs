using System.Net;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>Which URLs a key is sent to.</summary>
internal static class EndpointRule
{
    public static Result<Uri> Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
        {
            return Problem.InvalidParams("--url must be an absolute URL that begins with https://, such as https://mcp.example.com/t/demo/mcp.");
        }

        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            return Problem.InvalidParams("--url must carry neither a user nor a fragment; the key comes from --key-file or the environment.");
        }

        // A key in plain text on a network is a key given away; there is no switch for it.
        return url.Scheme == "https" || IsLoopback(url)
            ? url
            : Problem.InvalidParams("--url must begin with https:// unless it leads to this machine (localhost, 127.0.0.1, [::1]).");
    }

    public static bool IsLoopback(Uri url) =>
        string.Equals(url.Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(url.IdnHost, out var address) && IPAddress.IsLoopback(address));
}

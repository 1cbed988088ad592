using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Platform.Abstractions.Problems;

namespace Platform.Api.Security;

/// <summary>
/// Which host a request is for and which address it came from, on the data listener. Forwarded headers count only when the connection itself comes from a configured proxy (TR-6);
/// from anybody else they are text like any other. <c>X-Forwarded-Proto</c> and <c>Forwarded</c> are never believed.
/// </summary>
internal sealed class ProxyHeaders(IOptions<ApiOptions> options)
{
    private const string Host = "X-Forwarded-Host";
    private const string For = "X-Forwarded-For";

    /// <summary>The host as the client wrote it. From a proxy it also sets the connection's address to the client's, for audit and limits.</summary>
    /// <returns>A refusal when a proxy says two things, or what cannot be read: which of them is true is nobody's guess.</returns>
    public Result<string> Read(HttpContext http)
    {
        var headers = http.Request.Headers;
        var host = headers.Host is [{ } one] ? one : "";
        if (!options.Value.Proxies.Contains(http.Connection.RemoteIpAddress))
        {
            return host;
        }

        if (!TryReadClient(headers[For], out var client))
        {
            return Refused(For);
        }

        if (client is not null)
        {
            http.Connection.RemoteIpAddress = client;
        }

        return headers[Host] switch
        {
            [] => host,
            [{ Length: > 0 } forwarded] when !forwarded.Contains(',', StringComparison.Ordinal) && !headers.ContainsKey("Forwarded") => forwarded,
            _ => Refused(Host),
        };
    }

    /// <summary>The last hop: the only one that the proxy itself saw. What stands before it was written by the client.</summary>
    private static bool TryReadClient(StringValues header, out IPAddress? client)
    {
        client = null;
        if (header.Count == 0)
        {
            return true;
        }

        var list = header[^1].AsSpan();
        var last = list[(list.LastIndexOf(',') + 1)..].Trim();

        // Some proxies add the port. The parser also takes 10.1 for an address, which no proxy writes.
        if (!IPEndPoint.TryParse(last, out var end) || (end.AddressFamily == AddressFamily.InterNetwork && last.Count('.') != 3))
        {
            return false;
        }

        client = end.Address;
        return true;
    }

    private static Problem Refused(string header) => Problem.InvalidRequest($"The proxy's {header} is not one plain value.");
}

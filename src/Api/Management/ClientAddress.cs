using Microsoft.AspNetCore.Http;
using Platform.Hosting.Listeners;

namespace Platform.Api.Management;

/// <summary>Takes the address of whoever the console speaks for; from nobody else, whatever a header says.</summary>
internal static class ClientAddress
{
    public static void Apply(HttpContext http, ClientAddressSeal seal)
    {
        var header = http.Request.Headers[ClientAddressSeal.Header];
        if (header.Count == 1 && seal.TryOpen(header[0], out var address))
        {
            http.Connection.RemoteIpAddress = address;
        }
    }
}

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Platform.Hosting;
using Platform.Silo.Cluster;

namespace Platform.Silo.Tests.Cluster;

/// <summary>Connects with any certificate and believes anybody, which the product's own silo would not do.</summary>
internal static class Stranger
{
    /// <summary>Says hello; how many bytes it hears in return.</summary>
    public static async Task<int> ConnectAsync(ConnectionContext connection, ClusteringOptions files, X509Certificate2 authority)
    {
#pragma warning disable CA5359 // That is what it is for.
        await using var stream = new SslStream(new TransportStream(connection.Transport), leaveInnerStreamOpen: true, (_, _, _, _) => true);
#pragma warning restore CA5359
        using var certificate = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "silo",
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, [authority], offline: true),
            });
            await stream.WriteAsync("hello"u8.ToArray());
            return await stream.ReadAsync(new byte[16]);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException or InvalidOperationException)
        {
            return 0;
        }
    }
}

using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;

namespace Platform.Silo.Cluster;

/// <summary>
/// TLS 1.2 or 1.3 on both sides of every connection between silos, each showing its certificate before a byte of Orleans' own is read. Whoever cannot gets nothing, and is told nothing.
/// </summary>
internal sealed partial class SiloTls(SiloCertificates certificates, ILogger<SiloTls> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        await using var stream = new SslStream(new TransportStream(connection.Transport));
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = certificates.Own(),
                    ClientCertificateRequired = true,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    AllowRenegotiation = false,
                    AllowTlsResume = false,
                    CertificateChainPolicy = certificates.Policy(),
                    RemoteCertificateValidationCallback = (_, other, _, errors) => SiloCertificates.Believes(other, errors),
                },
                patience.Token);
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException or OperationCanceledException)
        {
            Log.Refused(logger, connection.RemoteEndPoint?.ToString() ?? "somebody", fault.GetType().Name);
            connection.Abort();
            return;
        }

        await RunAsync(connection, stream, next);
    }

    public async Task ConnectAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        await using var stream = new SslStream(new TransportStream(connection.Transport));
        using (var patience = new CancellationTokenSource(Patience))
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "silo",
                    ClientCertificateContext = certificates.Own(),
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    AllowRenegotiation = false,
                    AllowTlsResume = false,
                    CertificateChainPolicy = certificates.Policy(),
                    RemoteCertificateValidationCallback = (_, other, _, errors) => SiloCertificates.Believes(other, errors),
                },
                patience.Token);
        }

        await RunAsync(connection, stream, next);
    }

    private static async Task RunAsync(ConnectionContext connection, SslStream stream, ConnectionDelegate next)
    {
        var plain = connection.Transport;
        connection.Transport = new Encrypted(
            PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true)), PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = plain;
        }
    }

    private sealed record Encrypted(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "SiloConnectionRefused", Level = LogLevel.Warning, Message = "{Address} connected as a silo and is none ({Fault}).")]
        public static partial void Refused(ILogger logger, string address, string fault);
    }
}

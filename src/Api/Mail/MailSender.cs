using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Text;
using Platform.Hosting;

namespace Platform.Api.Mail;

/// <summary>
/// Hands plain-text mails to the operator's mail server, each over a connection of its own and within the configured time. What the server says may quote the recipient, so none of it is logged.
/// </summary>
internal sealed partial class MailSender(IOptions<ApiOptions> options, TimeProvider clock, ILogger<MailSender> logger) : IDisposable
{
    /// <summary>Mails under way in this process; the next waits within its own time.</summary>
    private const int AtOnce = 8;

    private readonly SemaphoreSlim _slots = new(AtOnce, AtOnce);

    public bool IsConfigured => options.Value.Mail is not null;

    /// <summary>True once the server has said that it took the mail. False says nothing for certain: it may have been taken, and the answer lost.</summary>
    /// <param name="to">One address of the form of <c>EmailAddress</c>.</param>
    /// <param name="subject">One line.</param>
    /// <param name="text">What the mail says.</param>
    public async Task<bool> TrySendAsync(string to, string subject, string text)
    {
        if (options.Value.Mail is not { } server)
        {
            return false;
        }

        using var patience = new CancellationTokenSource(server.Timeout, clock);
        try
        {
            await _slots.WaitAsync(patience.Token);
            try
            {
                await HandOverAsync(server, to, subject, text, patience.Token);
                return true;
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception failure)
        {
            // Whatever it was, what the mail tells of is there, and whoever asked for it learns that it was not mailed.
            Log.NotSent(logger, server.Host, server.Port, failure.GetType().Name, (failure as SmtpCommandException)?.StatusCode is { } status ? (int)status : 0);
            return false;
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task HandOverAsync(MailOptions server, string to, string subject, string text, CancellationToken cancel)
    {
        using var message = Message(server.From, to, subject, text);
        using var client = new SmtpClient
        {
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CheckCertificateRevocation = false,
            Timeout = (int)server.Timeout.TotalMilliseconds,
        };
        client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(server.AuthorityFile, certificate, chain, errors);
        await client.ConnectAsync(server.Host, server.Port, Security(server.Tls), cancel);
        if (server.UserName.Length > 0)
        {
            await client.AuthenticateAsync(server.UserName, server.Password.Reveal(), cancel);
        }

        // The server's word is in: how the connection ends is nobody's business, so nothing is waited for.
        await client.SendAsync(message, cancel);
    }

    // RFC 8314, 3.1 and 3.2: with either, a server that does not do TLS gets nothing. Never the mode of MailKit that goes on in clear "when available".
    private static SecureSocketOptions Security(string tls) => tls switch
    {
        "implicit" => SecureSocketOptions.SslOnConnect,
        "none" => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    private MimeMessage Message(string from, string to, string subject, string text)
    {
        var message = new MimeMessage { Subject = subject, Date = clock.GetUtcNow(), Body = new TextPart(TextFormat.Plain) { Text = text } };
        message.From.Add(new MailboxAddress(null, from));
        message.To.Add(new MailboxAddress(null, to));

        // RFC 3834: nobody's out-of-office answers a machine.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.MessageId = $"{Guid.NewGuid():N}@{from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..]}";
        return message;
    }

    private static bool IsTrusted(string authorityFile, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        // With authorities of one's own they alone count, whatever this machine trusts.
        if (authorityFile.Length == 0 || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None || certificate is not X509Certificate2 served)
        {
            return authorityFile.Length == 0 && errors == SslPolicyErrors.None;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.ImportFromPemFile(authorityFile);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.DisableCertificateDownloads = true;
        own.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        if (chain is not null)
        {
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        }

        return own.Build(served);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "MailNotSent", Level = LogLevel.Warning, Message = "The mail server {Host}:{Port} did not take a mail: {Failure}, status {Status}.")]
        public static partial void NotSent(ILogger logger, string host, int port, string failure, int status);
    }
}

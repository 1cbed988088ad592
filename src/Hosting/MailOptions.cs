using System.Net;
using FluentValidation;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Tenants;
using Platform.Hosting.Startup;

namespace Platform.Hosting;

/// <summary>The mail server by which invitations are delivered. No host, the default: none, and they are copied.</summary>
public sealed class MailOptions
{
    /// <summary>A DNS name, which its certificate must have, or an address.</summary>
    public string Host { get; set; } = "";

    /// <summary>Default 587, submission; 465 is the usual one for <c>implicit</c>.</summary>
    public int Port { get; set; } = 587;

    /// <summary><c>starttls</c>, the default: nothing is said in clear but that. <c>implicit</c>: TLS from the first byte. <c>none</c>: in clear, to a loopback address alone.</summary>
    public string Tls { get; set; } = "starttls";

    /// <summary>Empty, the default: without signing in.</summary>
    public string UserName { get; set; } = "";

    /// <summary>A secret: only as a reference, <c>secret:name</c>.</summary>
    public Redacted Password { get; set; } = Redacted.Empty;

    /// <summary>Whom mails come from, such as <c>no-reply@example.com</c>.</summary>
    public string From { get; set; } = "";

    /// <summary>PEM of the authorities that sign the server; read at each connection. Empty, the default: those that this machine trusts.</summary>
    public string AuthorityFile { get; set; } = "";

    /// <summary>Longest that one mail takes, from the first byte to the server's word. Default 10 s, 1 s to 10 s: who waits for the answer, as the console does, waits longer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>True where nothing but this machine can be meant.</summary>
    internal bool IsLoopback() => IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address);
}

/// <summary>All of it at once, each fault with its cure.</summary>
internal sealed class MailOptionsValidator : AbstractValidator<MailOptions>
{
    private const int MaxUserName = 254;

    public MailOptionsValidator()
    {
        RuleFor(mail => mail.Host).Must(host => host.Length == 0 || host is "localhost" || IsNameOrAddress(host))
            .WithMessage(mail => $"Platform:Mail:Host is '{mail.Host}'; write a lower-case DNS name such as smtp.example.com, or an address, without scheme and port.");
        RuleFor(mail => mail.Host).NotEmpty().When(mail => mail.UserName.Length + mail.Password.Reveal().Length + mail.From.Length + mail.AuthorityFile.Length > 0)
            .WithMessage("Platform:Mail:Host is empty, and other settings of Platform:Mail are there; name it too, or remove them.");
        RuleFor(mail => mail.Port).InclusiveBetween(1, IPEndPoint.MaxPort)
            .WithMessage(mail => $"Platform:Mail:Port is {mail.Port}; choose 1 to {IPEndPoint.MaxPort}.");
        RuleFor(mail => mail.Tls).Must(tls => tls is "starttls" or "implicit" or "none")
            .WithMessage(mail => $"Platform:Mail:Tls is '{mail.Tls}'; choose starttls, implicit, or none for an address of loopback.");
        RuleFor(mail => mail.Tls).Must((mail, tls) => tls is not "none" || (mail.IsLoopback() && mail.UserName.Length == 0))
            .WithMessage("Platform:Mail:Tls is none, which is for a Host that is an address of loopback, without a UserName: invitations and passwords do not travel in clear. Choose starttls or implicit.");
        RuleFor(mail => mail.UserName).Must(name => name.Length <= MaxUserName && !name.Any(char.IsControl))
            .WithMessage($"Platform:Mail:UserName is longer than {MaxUserName} characters or has control characters; write the name that the mail server knows.");
        RuleFor(mail => mail.UserName).Must((mail, name) => (name.Length > 0) == (mail.Password.Reveal().Length > 0))
            .WithMessage("Platform:Mail:UserName and Platform:Mail:Password go together; set both or neither.");
        RuleFor(mail => mail.From).Must((mail, from) => from.Length == 0 ? mail.Host.Length == 0 : EmailAddress.IsValid(from))
            .WithMessage(mail => $"Platform:Mail:From is '{mail.From}'; write whom mails come from, such as no-reply@example.com.");
        RuleFor(mail => mail.AuthorityFile).Must((mail, file) => file.Length == 0 || mail.Tls is not "none")
            .WithMessage("Platform:Mail:AuthorityFile is for TLS; remove it, or choose starttls or implicit in Platform:Mail:Tls.");
        RuleFor(mail => mail.AuthorityFile).Must(file => AuthorityFiles.Read(file).Count > 0).When(mail => mail.AuthorityFile.Length > 0 && mail.Tls is not "none")
            .WithMessage(mail => $"Platform:Mail:AuthorityFile {Path.GetFullPath(mail.AuthorityFile)} holds no PEM certificate that this user may read; name the authority that signs the mail server.");
        RuleFor(mail => mail.Timeout).InclusiveBetween(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10))
            .WithMessage(mail => $"Platform:Mail:Timeout is {mail.Timeout}; choose 00:00:01 to 00:00:10.");
    }

    private static bool IsNameOrAddress(string host) =>
        HostName.IsValid(host) || (IPAddress.TryParse(host, out var address) && string.Equals(address.ToString(), host, StringComparison.Ordinal));
}

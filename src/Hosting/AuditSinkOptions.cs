using FluentValidation;
using Platform.Hosting.Startup;

namespace Platform.Hosting;

/// <summary>Where every tenant's events are also sent, after they are stored. All empty, the default: nowhere.</summary>
public sealed class AuditSinkOptions
{
    /// <summary>Where a sink that was never fed begins: <c>beginning</c> of every trail, the default, or <c>now</c>.</summary>
    public string From { get; set; } = "beginning";

    public FileSinkOptions File { get; set; } = new();

    public SyslogSinkOptions Syslog { get; set; } = new();

    public OtlpSinkOptions Otlp { get; set; } = new();
}

/// <summary>JSON lines in a file.</summary>
public sealed class FileSinkOptions
{
    /// <summary>Absolute path of the file that is written now; those before it have a number after its name. Empty, the default: none.</summary>
    public string Path { get; set; } = "";

    /// <summary>A file that would become larger is closed, and a new one begun. Default 100 MiB, 1 MiB to 1 TiB.</summary>
    public long MaxBytes { get; set; } = 100L << 20;

    /// <summary>Files kept, the one that is written included; the oldest is deleted. Default 32, 2 to 100 000.</summary>
    public int MaxFiles { get; set; } = 32;

    /// <summary><c>batch</c>, the default: what counts as delivered is on disk. <c>none</c>: it is with the operating system, and a power cut may take it.</summary>
    public string Sync { get; set; } = "batch";
}

/// <summary>Syslog messages of RFC 5424.</summary>
public sealed class SyslogSinkOptions
{
    /// <summary><c>tls://host:6514</c>; <c>tcp://</c> or <c>udp://</c> and an address of loopback. Empty, the default: none.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Whether a batch counts as delivered only when the receiver has read to its end and closed. Default true; not for UDP, which tells nothing.</summary>
    public bool Confirm { get; set; } = true;

    /// <summary>0 to 23. Default 13, log audit.</summary>
    public int Facility { get; set; } = 13;

    /// <summary>Name of the sender in every message: 1 to 48 printable ASCII characters. Default <c>mocopr</c>.</summary>
    public string AppName { get; set; } = "mocopr";

    /// <summary>IANA's private enterprise number in the name of the structured data. Default 32473, which is reserved for examples.</summary>
    public int EnterpriseNumber { get; set; } = 32473;

    /// <summary>The name that the receiver's certificate must have. Empty, the default: the endpoint's host.</summary>
    public string ServerName { get; set; } = "";

    /// <summary>PEM of the authorities that sign the receiver. Empty, the default: those that this machine trusts.</summary>
    public string AuthorityFile { get; set; } = "";

    /// <summary>PEM of the certificate that is shown to the receiver. Empty, the default: none.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM of its private key, mode 0600 and ours.</summary>
    public string KeyFile { get; set; } = "";
}

/// <summary>Log records over OTLP.</summary>
public sealed class OtlpSinkOptions
{
    /// <summary>Such as <c>https://collector.example:4317</c>; http on loopback. Empty, the default: none.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary><c>grpc</c>, the default, or <c>http</c> with protobuf.</summary>
    public string Protocol { get; set; } = "grpc";

    /// <summary>Headers for the endpoint, such as <c>api-key=…</c>, separated by commas. A secret: only as a reference, <c>secret:name</c>.</summary>
    public Redacted Headers { get; set; } = Redacted.Empty;
}

/// <summary>All of it at once, each fault with its cure.</summary>
public sealed class AuditSinkOptionsValidator : AbstractValidator<AuditSinkOptions>
{
    private const long LeastFile = 1L << 20;
    private const long MostFile = 1L << 40;
    private const int LeastFiles = 2;
    private const int MostFiles = 100_000;
    private const int MostName = 48;

    public AuditSinkOptionsValidator()
    {
        RuleFor(sinks => sinks.From).Must(from => from is "beginning" or "now")
            .WithMessage(sinks => $"Platform:Audit:Sinks:From is '{sinks.From}'; choose beginning or now.");
        RuleFor(sinks => sinks.File).ChildRules(FileRules);
        RuleFor(sinks => sinks.Syslog).ChildRules(SyslogRules);
        RuleFor(sinks => sinks.Otlp.Endpoint).Must(url => url.Length == 0 || CollectorEndpoint.IsValid(url))
            .WithMessage(sinks => $"Platform:Audit:Sinks:Otlp:Endpoint is '{sinks.Otlp.Endpoint}'; {CollectorEndpoint.Cure}.");
        RuleFor(sinks => sinks.Otlp.Protocol).Must(protocol => protocol is "grpc" or "http")
            .WithMessage(sinks => $"Platform:Audit:Sinks:Otlp:Protocol is '{sinks.Otlp.Protocol}'; choose grpc or http.");
    }

    private static void FileRules(InlineValidator<FileSinkOptions> rules)
    {
        rules.RuleFor(file => file.Path).Must(path => path.Length == 0 || (Path.IsPathFullyQualified(path) && Path.GetFileName(path).Length > 0))
            .WithMessage(file => $"Platform:Audit:Sinks:File:Path is '{file.Path}'; give the absolute path of a file.");
        rules.RuleFor(file => file.MaxBytes).InclusiveBetween(LeastFile, MostFile)
            .WithMessage(file => $"Platform:Audit:Sinks:File:MaxBytes is {file.MaxBytes}; choose {LeastFile} to {MostFile}.");
        rules.RuleFor(file => file.MaxFiles).InclusiveBetween(LeastFiles, MostFiles)
            .WithMessage(file => $"Platform:Audit:Sinks:File:MaxFiles is {file.MaxFiles}; choose {LeastFiles} to {MostFiles}.");
        rules.RuleFor(file => file.Sync).Must(sync => sync is "batch" or "none")
            .WithMessage(file => $"Platform:Audit:Sinks:File:Sync is '{file.Sync}'; choose batch or none.");
    }

    private static void SyslogRules(InlineValidator<SyslogSinkOptions> rules)
    {
        rules.RuleFor(syslog => syslog.Endpoint).Must(url => url.Length == 0 || SyslogEndpoint.TryParse(url, out _))
            .WithMessage(syslog => $"Platform:Audit:Sinks:Syslog:Endpoint is '{syslog.Endpoint}'; write tls://host:6514, or tcp:// or udp:// with an address of loopback: in clear events stay on this machine.");
        rules.RuleFor(syslog => syslog.Facility).InclusiveBetween(0, 23)
            .WithMessage(syslog => $"Platform:Audit:Sinks:Syslog:Facility is {syslog.Facility}; choose 0 to 23.");
        rules.RuleFor(syslog => syslog.AppName).Must(name => name.Length is > 0 and <= MostName && name.All(c => c is > ' ' and <= '~'))
            .WithMessage(syslog => $"Platform:Audit:Sinks:Syslog:AppName is '{syslog.AppName}'; write 1 to {MostName} printable ASCII characters without spaces.");
        rules.RuleFor(syslog => syslog.EnterpriseNumber).GreaterThan(0)
            .WithMessage(syslog => $"Platform:Audit:Sinks:Syslog:EnterpriseNumber is {syslog.EnterpriseNumber}; write IANA's number of your enterprise.");
        rules.RuleFor(syslog => syslog.AuthorityFile).Must((syslog, _) => IsTls(syslog) || (syslog.AuthorityFile + syslog.CertificateFile + syslog.KeyFile + syslog.ServerName).Length == 0)
            .WithMessage("Platform:Audit:Sinks:Syslog:AuthorityFile, CertificateFile, KeyFile and ServerName are for an Endpoint of tls://; remove them, or write that.");
        rules.RuleFor(syslog => syslog.AuthorityFile).Must(file => AuthorityFiles.Read(file).Count > 0).When(syslog => syslog.AuthorityFile.Length > 0 && IsTls(syslog))
            .WithMessage(syslog => $"Platform:Audit:Sinks:Syslog:AuthorityFile {Path.GetFullPath(syslog.AuthorityFile)} holds no PEM certificate that this user may read; name the authority that signs the receiver.");
        rules.RuleFor(syslog => syslog.CertificateFile).Must((syslog, file) => (file.Length > 0) == (syslog.KeyFile.Length > 0))
            .WithMessage("Platform:Audit:Sinks:Syslog:CertificateFile and KeyFile go together; name both, or neither.");
    }

    private static bool IsTls(SyslogSinkOptions syslog) => SyslogEndpoint.TryParse(syslog.Endpoint, out var endpoint) && endpoint.IsTls;
}

/// <summary>Where syslog messages go, and how.</summary>
/// <param name="Kind"><c>tls</c>, <c>tcp</c> or <c>udp</c>.</param>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">6514, 601 or 514 when none was written.</param>
public sealed record SyslogEndpoint(string Kind, string Host, int Port)
{
    public bool IsTls => Kind is "tls";

    public bool IsUdp => Kind is "udp";

    /// <summary>Only TLS leaves the machine.</summary>
    public static bool TryParse(string url, out SyslogEndpoint endpoint)
    {
        endpoint = new SyslogEndpoint("", "", 0);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.AbsolutePath is not ("" or "/") || uri.Host.Length == 0)
        {
            return false;
        }

        var port = uri.Scheme switch { "tls" => 6514, "tcp" => 601, "udp" => 514, _ => 0 };
        if (port == 0 || (uri.Scheme is not "tls" && !CollectorEndpoint.IsLoopback(uri)))
        {
            return false;
        }

        endpoint = new SyslogEndpoint(uri.Scheme, uri.DnsSafeHost, uri.Port > 0 ? uri.Port : port);
        return true;
    }
}

using System.Net;
using FluentValidation;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Tenants;
using Platform.Hosting.Startup;

namespace Platform.Hosting;

/// <summary>The section <c>Platform</c>. Unknown keys stop the start.</summary>
public sealed class PlatformOptions
{
    public const string Section = "Platform";

    /// <summary>What this process does: any of <c>Silo</c>, <c>Api</c>, <c>Admin</c>, separated by commas. Default: all three.</summary>
    public string Roles { get; set; } = "Silo,Api,Admin";

    /// <summary>Where everything durable lives, relative to the working directory. Default <c>data</c>. One process at a time.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary><c>live</c> or <c>test</c>; written into every key, so that a key of one environment is worth nothing in the other.</summary>
    public string Environment { get; set; } = "live";

    /// <summary>Tenants are served at <c>{slug}.{Domain}/mcp</c> beside their path. Empty, the default: by path and by hosts of their own only.</summary>
    public string Domain { get; set; } = "";

    /// <summary>
    /// Addresses and CIDR networks of proxies, separated by commas, whose <c>X-Forwarded-Host</c> and <c>X-Forwarded-For</c> the data listener believes. Empty, the
    /// default: nobody's.
    /// </summary>
    public string Proxies { get; set; } = "";

    public UrlOptions Urls { get; set; } = new();

    public TlsOptions Tls { get; set; } = new();

    public HostOptions Hosts { get; set; } = new();

    public LimitOptions Limits { get; set; } = new();

    public OrleansOptions Orleans { get; set; } = new();

    public ClusteringOptions Cluster { get; set; } = new();

    public OAuthOptions OAuth { get; set; } = new();

    public BootstrapOptions Bootstrap { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();

    public SecretOptions Secrets { get; set; } = new();

    public LoginOptions Logins { get; set; } = new();

    public FileSettings Files { get; set; } = new();

    public IncidentOptions Incidents { get; set; } = new();

    public TenantOptions Tenants { get; set; } = new();

    public SecuritySettings Security { get; set; } = new();

    public WebhookOptions Webhooks { get; set; } = new();

    public MailOptions Mail { get; set; } = new();

    public AlertOptions Alerts { get; set; } = new();

    public AuditOptions Audit { get; set; } = new();

    /// <summary>Belongs to the console, which checks it itself.</summary>
    public Dictionary<string, string> Admin { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>The two listeners.</summary>
public sealed class UrlOptions
{
    /// <summary>MCP endpoints. Default <c>http://127.0.0.1:5080</c>.</summary>
    public string Data { get; set; } = "http://127.0.0.1:5080";

    /// <summary>Management API, console, health and metrics. Default <c>http://127.0.0.1:5081</c>.</summary>
    public string Management { get; set; } = "http://127.0.0.1:5081";

    /// <summary>
    /// The data listener as clients reach it, such as <c>https://mcp.example.com</c>: its scheme and port are those of every URL that is given to clients, those of tenants'
    /// own hosts included. Empty, the default: <see cref="Data"/>.
    /// </summary>
    public string Public { get; set; } = "";

    /// <summary>The listeners' own addresses as a Host header names them. Every address at once is none.</summary>
    public IEnumerable<string> Names() => new[] { Data, Management }.Where(url => !ListenerAddress.IsAny(url)).Select(url => new Uri(url).Host);

    /// <summary>Base of the URLs given to clients, without a trailing slash.</summary>
    public string PublicBase() => (Public.Length == 0 ? Data : Public).TrimEnd('/');
}

/// <summary>Names by which clients may address the listeners (TR-6).</summary>
public sealed class HostOptions
{
    /// <summary>Host names beside the listeners' own addresses and <c>localhost</c>, separated by commas. Compared exactly, without port.</summary>
    public string Allowed { get; set; } = "";

    /// <summary><see cref="Allowed"/>, one by one.</summary>
    public string[] Names() => Allowed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>What one client may take of the data listener.</summary>
public sealed class LimitOptions
{
    /// <summary>Connections of all clients and both listeners.</summary>
    public const int MostConnections = 10_000;

    public const int MostRefusals = 1_000_000;

    /// <summary>Open connections of one address (one IPv6 /64); the next is closed unread. Default 1000, 1 to 10 000. A proxy in front is one address.</summary>
    public int ConnectionsPerAddress { get; set; } = 1000;

    /// <summary>
    /// Refusals and anonymous questions (OAuth endpoints, key sets) of one address (one IPv6 /64) that are taken at once by a process; then 429. Default 2000, 100 to
    /// 1 000 000. A proxy in front is one address.
    /// </summary>
    public int RefusalsAtOnce { get; set; } = 2_000;

    /// <summary>How many of them come back in a minute. Default 1200, 60 to 1 000 000.</summary>
    public int RefusalsPerMinute { get; set; } = 1_200;
}

/// <summary>Ports of the cluster's own traffic.</summary>
public sealed class OrleansOptions
{
    /// <summary>Silo to silo, on the address of <see cref="ClusteringOptions"/>. Default 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Clients to silo, loopback. Default 0, none: everything runs in this process, and a gateway without mTLS would let any local process act as any tenant.</summary>
    public int GatewayPort { get; set; }
}

/// <summary>The tenants' authorization servers.</summary>
public sealed class OAuthOptions
{
    /// <summary>Life of an access token. Default 60, 1 to 1440.</summary>
    public int AccessTokenMinutes { get; set; } = 60;

    /// <summary>How long the refresh tokens of one consent work. Default 30, 1 to 90.</summary>
    public int RefreshTokenDays { get; set; } = 30;
}

/// <summary>What the first start does.</summary>
public sealed class BootstrapOptions
{
    /// <summary>Also write the first credentials to this file as JSON, mode 0600; it must not exist. Empty writes none.</summary>
    public string OutputFile { get; set; } = "";

    /// <summary>Issue a new bootstrap secret when the platform admin has no password yet. Default false.</summary>
    public bool Reissue { get; set; }
}

/// <summary>How people sign in.</summary>
public sealed class LoginOptions
{
    /// <summary>Rounds of PBKDF2-HMAC-SHA512 for a password; hashes with fewer are renewed at the next sign-in. Default 210 000, 100 000 to 10 000 000 (AU-8).</summary>
    public int PasswordRounds { get; set; } = PasswordRules.Rounds;

    /// <summary>Whose password alone is not enough: <c>recommended</c> (nobody's is asked for more; the default), <c>admins</c> or <c>everyone</c>. A tenant can ask for more, not for less.</summary>
    public string SecondFactor { get; set; } = "recommended";

    /// <summary><see cref="SecondFactor"/>; what is not a rule is the strictest.</summary>
    public SecondFactorRule Rule() => SecondFactor switch
    {
        "recommended" => SecondFactorRule.Recommended,
        "admins" => SecondFactorRule.Admins,
        _ => SecondFactorRule.Everyone,
    };
}

/// <summary>How incidents are dealt with.</summary>
public sealed class IncidentOptions
{
    /// <summary>Whether a suspended tenant is served again only when two operators want it: <c>always</c>, <c>never</c>, or <c>auto</c> (the default): in the environment live, once there are two operators.</summary>
    public string ResumeNeedsTwo { get; set; } = "auto";

    /// <summary>How long a request for a resumption waits for its approval. Default 60, 5 to 1440.</summary>
    public int ResumeRequestMinutes { get; set; } = 60;
}

/// <summary>How tenants come and go.</summary>
public sealed class TenantOptions
{
    private static readonly TimeSpan LeastGrace = TimeSpan.FromDays(1);
    private static readonly TimeSpan MostGrace = TimeSpan.FromDays(365);

    /// <summary>How long a deleted tenant can be restored before it is purged. Default 30 days, 1 to 365 days. What is deleted already keeps its own date.</summary>
    public TimeSpan DeletionGrace { get; set; } = TimeSpan.FromDays(30);

    public bool HasGrace() => DeletionGrace >= LeastGrace && DeletionGrace <= MostGrace;
}

/// <summary>Where telemetry goes. Metrics are always served on the management listener.</summary>
public sealed class TelemetryOptions
{
    /// <summary>An OTLP endpoint such as <c>https://collector.example:4317</c>; http on loopback. Traces are recorded only when it is set.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>Headers for the endpoint, such as <c>api-key=…</c>, separated by commas. A secret: only as a reference, <c>secret:name</c>.</summary>
    public Redacted OtlpHeaders { get; set; } = Redacted.Empty;

    /// <summary>Tenants that have a label of their own in metrics; the others share the label <c>other</c>. Default 100, 0 to 1000: six series each, two of them histograms.</summary>
    public int TenantLabels { get; set; } = 100;
}

public sealed class PlatformOptionsValidator : AbstractValidator<PlatformOptions>
{
    public PlatformOptionsValidator()
    {
        RuleFor(options => options.Roles).Must(roles => PlatformRoles.TryParse(roles, out _))
            .WithMessage(options => $"Platform:Roles is '{options.Roles}'; choose from Silo, Api, Admin, separated by commas.");
        RuleFor(options => options.Roles).Must(roles => !PlatformRoles.TryParse(roles, out var parsed) || parsed == PlatformRoles.All)
            .WithMessage("Platform:Roles must be Silo,Api,Admin for now: every process does everything, in a cluster too.");
        RuleFor(options => options.DataDirectory).NotEmpty().WithMessage("Platform:DataDirectory is empty; name a directory.");
        RuleFor(options => options.Environment).Must(name => name is "live" or "test")
            .WithMessage(options => $"Platform:Environment is '{options.Environment}'; choose live or test.");
        RuleFor(options => options.Urls.Data).Must(url => ListenerAddress.Fault(url) is null).WithMessage(options => $"Platform:Urls:Data {ListenerAddress.Fault(options.Urls.Data)}");
        RuleFor(options => options.Urls.Management).Must(url => ListenerAddress.Fault(url) is null).WithMessage(options => $"Platform:Urls:Management {ListenerAddress.Fault(options.Urls.Management)}");
        RuleFor(options => options.Urls.Management).Must(url => !ListenerAddress.IsAny(url))
            .WithMessage(options => $"Platform:Urls:Management is '{options.Urls.Management}'; name one address: the console and its pages are found there.");
        RuleFor(options => options.Urls).Must(urls => urls.Public.Length > 0 || !ListenerAddress.IsPublic(urls.Data))
            .WithMessage(options => $"Platform:Urls:Data is '{options.Urls.Data}', which other machines reach; set Platform:Urls:Public to what they call it, such as https://mcp.example.com.");
        RuleFor(options => options.Tls).Must((options, tls) => TlsFault(options.Urls, tls) is null).WithMessage(options => $"Platform:Tls:CertificateFile {TlsFault(options.Urls, options.Tls)}");
        RuleFor(options => options.Urls).Must(urls => !string.Equals(urls.Data, urls.Management, StringComparison.OrdinalIgnoreCase) || urls.Data.EndsWith(":0", StringComparison.Ordinal))
            .WithMessage("Platform:Urls:Data and Platform:Urls:Management are the same; give each its own port.");
        RuleFor(options => options.Domain).Must(IsDomain)
            .WithMessage(options => $"Platform:Domain is '{options.Domain}'; write a lower-case DNS name such as mcp.example.com, without scheme, port or wildcard, or leave it empty.");
        RuleFor(options => options.Hosts).Must((options, hosts) => Shadow(options) is null)
            .WithMessage(options => $"Platform:Hosts:Allowed has '{Shadow(options)}', which is a tenant's name under Platform:Domain; choose a name that is not below the domain.");
        RuleFor(options => options.Proxies).Must(proxies => ProxyNetworks.Read(proxies, out _) is null)
            .WithMessage(options => $"Platform:Proxies {ProxyNetworks.Read(options.Proxies, out _)}");
        RuleFor(options => options.Urls.Public).Must((options, _) => CheckPublic(options) is null).WithMessage(options => $"Platform:Urls:Public {CheckPublic(options)}");
        RuleFor(options => options.Limits.ConnectionsPerAddress).InclusiveBetween(1, LimitOptions.MostConnections)
            .WithMessage(options => $"Platform:Limits:ConnectionsPerAddress is {options.Limits.ConnectionsPerAddress}; choose 1 to {LimitOptions.MostConnections}.");
        RuleFor(options => options.Limits.RefusalsAtOnce).InclusiveBetween(100, LimitOptions.MostRefusals)
            .WithMessage(options => $"Platform:Limits:RefusalsAtOnce is {options.Limits.RefusalsAtOnce}; choose 100 to {LimitOptions.MostRefusals}.");
        RuleFor(options => options.Limits.RefusalsPerMinute).InclusiveBetween(60, LimitOptions.MostRefusals)
            .WithMessage(options => $"Platform:Limits:RefusalsPerMinute is {options.Limits.RefusalsPerMinute}; choose 60 to {LimitOptions.MostRefusals}.");
        RuleFor(options => options.Orleans.SiloPort).InclusiveBetween(1, 65535)
            .WithMessage(options => $"Platform:Orleans:SiloPort is {options.Orleans.SiloPort}; choose 1 to 65535.");
        RuleFor(options => options.Orleans.GatewayPort).InclusiveBetween(0, 65535)
            .WithMessage(options => $"Platform:Orleans:GatewayPort is {options.Orleans.GatewayPort}; choose 0 to 65535.");
        RuleFor(options => options.OAuth.AccessTokenMinutes).InclusiveBetween(1, 1440)
            .WithMessage(options => $"Platform:OAuth:AccessTokenMinutes is {options.OAuth.AccessTokenMinutes}; choose 1 to 1440.");
        RuleFor(options => options.OAuth.RefreshTokenDays).InclusiveBetween(1, 90)
            .WithMessage(options => $"Platform:OAuth:RefreshTokenDays is {options.OAuth.RefreshTokenDays}; choose 1 to 90.");
        RuleFor(options => options.Logins.PasswordRounds).InclusiveBetween(PasswordRules.FewestRounds, PasswordRules.MostRounds)
            .WithMessage(options => $"Platform:Logins:PasswordRounds is {options.Logins.PasswordRounds}; choose {PasswordRules.FewestRounds} to {PasswordRules.MostRounds}.");
        RuleFor(options => options.Logins.SecondFactor).Must(rule => rule is "recommended" or "admins" or "everyone")
            .WithMessage(options => $"Platform:Logins:SecondFactor is '{options.Logins.SecondFactor}'; choose recommended, admins or everyone.");
        RuleFor(options => options.Incidents.ResumeNeedsTwo).Must(rule => rule is "auto" or "always" or "never")
            .WithMessage(options => $"Platform:Incidents:ResumeNeedsTwo is '{options.Incidents.ResumeNeedsTwo}'; choose auto, always or never.");
        RuleFor(options => options.Incidents.ResumeRequestMinutes).InclusiveBetween(5, 1440)
            .WithMessage(options => $"Platform:Incidents:ResumeRequestMinutes is {options.Incidents.ResumeRequestMinutes}; choose 5 to 1440.");
        RuleFor(options => options.Tenants).Must(tenants => tenants.HasGrace())
            .WithMessage(options => $"Platform:Tenants:DeletionGrace is {options.Tenants.DeletionGrace}; choose 1.00:00:00 to 365.00:00:00 (days, hours, minutes, seconds).");
        RuleFor(options => options.Telemetry.OtlpEndpoint).Must(url => url.Length == 0 || CollectorEndpoint.IsValid(url))
            .WithMessage($"Platform:Telemetry:OtlpEndpoint is no place for telemetry and its headers; {CollectorEndpoint.Cure}, without user, query and fragment.");
        RuleFor(options => options.Telemetry.TenantLabels).InclusiveBetween(0, 1000)
            .WithMessage(options => $"Platform:Telemetry:TenantLabels is {options.Telemetry.TenantLabels}; choose 0 to 1000.");
        RuleFor(options => options.Alerts).SetValidator(new AlertOptionsValidator());
        RuleFor(options => options.Files).SetValidator(new FileSettingsValidator());
        RuleFor(options => options.Security).SetValidator(new SecuritySettingsValidator());
        RuleFor(options => options.Webhooks).SetValidator(new WebhookOptionsValidator());
        RuleFor(options => options.Mail).SetValidator(new MailOptionsValidator());
        RuleFor(options => options.Secrets).SetValidator(new SecretOptionsValidator());
        RuleFor(options => options.Files.Directory).NotEmpty().When(options => options.Cluster.IsCluster())
            .WithMessage("Platform:Files:Directory is empty; the silos of a cluster share one folder: give its path.");
        RuleFor(options => options.Cluster).SetValidator(new ClusteringOptionsValidator());
        RuleFor(options => options.Audit).SetValidator(new AuditOptionsValidator());
        RuleFor(options => options.Audit.Witness.File).Must((options, file) => !WitnessOptions.IsIn(file, options.DataDirectory))
            .WithMessage(options => $"Platform:Audit:Witness:File is '{options.Audit.Witness.File}', in the data directory; name a file on another disk: whoever sets back one must not set back both.");
    }

    // A tenant's name and a dot go before it. localhost is for a person's own machine, where every name below it leads back.
    private static bool IsDomain(string domain) =>
        domain is "" or "localhost" || (HostName.IsValid(domain) && domain.Length <= HostName.MaxLength - TenantSlug.MaxLength - 1);

    private static string? Shadow(PlatformOptions options) => options.Domain.Length == 0
        ? null
        : Array.Find(options.Hosts.Names(), host => host.EndsWith("." + options.Domain, StringComparison.OrdinalIgnoreCase));

    private static string? CheckPublic(PlatformOptions options)
    {
        var url = options.Urls.Public;
        if (url.Length == 0)
        {
            return null;
        }

        // The canonical text of a URL ends in a slash; written without it is as good. Everything else that parsing would change is a mistake.
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || !string.Equals(uri.AbsoluteUri, url.TrimEnd('/') + "/", StringComparison.Ordinal) || uri.UserInfo.Length > 0)
        {
            return $"is '{url}'; write scheme, host and port if it is not the default, such as https://mcp.example.com, in lower case.";
        }

        var local = uri.Host is "localhost" or "127.0.0.1" or "[::1]";
        if (!string.Equals(uri.Scheme, "https", StringComparison.Ordinal) && !local)
        {
            return $"is '{url}'; credentials travel over https only. Use https, or http on loopback.";
        }

        return local || options.Hosts.Names().Contains(uri.Host, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"is '{url}', but '{uri.Host}' is not served; add it to Platform:Hosts:Allowed.";
    }

    /// <summary>Half of a setting is a listener that its operator believes to be another one.</summary>
    private static string? TlsFault(UrlOptions urls, TlsOptions tls)
    {
        var isHttps = ListenerAddress.IsHttps(urls.Data) || ListenerAddress.IsHttps(urls.Management);
        return tls switch
        {
            { CertificateFile.Length: 0 } when isHttps => "is empty, and a listener is https; name a PEM or PFX file with its certificate.",
            { CertificateFile.Length: 0 } when tls.KeyFile.Length > 0 || tls.KeyPasswordFile.Length > 0 => "is empty, and a key is named; name its certificate too.",
            { ManagementClientCertificates: true } when !ListenerAddress.IsHttps(urls.Management) => "has ManagementClientCertificates, and the management listener is not https; write https in Platform:Urls:Management, or remove it.",
            { CertificateFile.Length: > 0 } when !isHttps => $"is '{tls.CertificateFile}', and no listener is https; write https in Platform:Urls:Data or Platform:Urls:Management, or remove it.",
            _ => null,
        };
    }
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Platform.Hosting;
using Platform.Hosting.Startup;
using Platform.Silo.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Cluster;

/// <summary>
/// The certificate with which this silo shows itself, and the authorities whose silos it believes. Read again at every handshake, of which there are few: a certificate or an authority
/// is replaced by replacing its file. What is not good is not taken, and the last good one stays.
/// </summary>
internal sealed partial class SiloCertificates
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly ClusteringOptions _options;
    private readonly TimeProvider _clock;
    private Loaded _last;

    private SiloCertificates(ClusteringOptions options, TimeProvider clock) => (_options, _clock, _last) = (options, clock, Read(options, clock));

    public ILogger Log { get; set; } = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    /// <exception cref="StartupException">They are no certificate that another silo would believe now.</exception>
    /// <exception cref="DataDirectoryException">The key is open to other users.</exception>
    public static SiloCertificates Load(ClusteringOptions options, TimeProvider clock) => new(options, clock);

    /// <summary>What is good for the next handshake.</summary>
    public SslStreamCertificateContext Own()
    {
        try
        {
            return (_last = Read(_options, _clock)).Context;
        }
        catch (Exception fault) when (fault is StartupException or DataDirectoryException)
        {
            Messages.Refused(Log, fault.Message);
            return _last.Context;
        }
    }

    /// <summary>How the other side's certificate is judged. Made anew each time: a handshake adds what the other side sent to it.</summary>
    public X509ChainPolicy Policy() => Policy(_last.Authorities, _clock);

    /// <summary>True for a certificate that our authorities signed for silos; the name in it says nothing, since silos come and go at any address.</summary>
    public static bool Believes(X509Certificate? other, SslPolicyErrors errors) =>
        other is X509Certificate2 certificate && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None && IsForSilos(certificate);

    private static X509ChainPolicy Policy(X509Certificate2Collection authorities, TimeProvider clock)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = clock.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ForServers));
        policy.ApplicationPolicy.Add(new Oid(ForClients));
        return policy;
    }

    private static Loaded Read(ClusteringOptions options, TimeProvider clock)
    {
        var (leaf, others) = Certificate(options);
        var authorities = Authorities(options);
        using var chain = new X509Chain { ChainPolicy = Policy(authorities, clock) };
        chain.ChainPolicy.ExtraStore.AddRange(others);
        if (!IsForSilos(leaf) || !chain.Build(leaf))
        {
            var reasons = IsForSilos(leaf) ? string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct()) : "its extended key usage lacks serverAuth or clientAuth";
            throw new StartupException($"Platform:Cluster:CertificateFile {Path.GetFullPath(options.CertificateFile)} would be refused by the other silos ({reasons}); issue one for both usages, signed by an authority of Platform:Cluster:AuthorityFile.");
        }

        return new Loaded(SslStreamCertificateContext.Create(leaf, others, offline: true), authorities);
    }

    private static (X509Certificate2 Leaf, X509Certificate2Collection Others) Certificate(ClusteringOptions options)
    {
        try
        {
            var text = File.ReadAllText(options.CertificateFile, Encoding.UTF8);
            var others = new X509Certificate2Collection();
            others.ImportFromPem(text);
            var leaf = X509Certificate2.CreateFromPem(text, PrivateFileBytes.ReadText(options.KeyFile));
            others.RemoveAt(0);
            return (leaf, others);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"Platform:Cluster:CertificateFile {Path.GetFullPath(options.CertificateFile)} and Platform:Cluster:KeyFile {Path.GetFullPath(options.KeyFile)} are not a PEM certificate and its unencrypted key that this user may read; check that they belong together.", fault);
        }
    }

    private static X509Certificate2Collection Authorities(ClusteringOptions options)
    {
        var authorities = AuthorityFiles.Read(options.AuthorityFile);
        return authorities.Count > 0 ? authorities : throw new StartupException($"Platform:Cluster:AuthorityFile {Path.GetFullPath(options.AuthorityFile)} holds no PEM certificate that this user may read; name the authority of the silos.");
    }

    private static bool IsForSilos(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usage
        && usage.EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value).ToHashSet(StringComparer.Ordinal).IsSupersetOf([ForServers, ForClients]);

    private sealed record Loaded(SslStreamCertificateContext Context, X509Certificate2Collection Authorities);

    private static partial class Messages
    {
        [LoggerMessage(EventId = 1, EventName = "SiloCertificateRefused", Level = LogLevel.Error, Message = "A changed silo certificate is not used, the one before it stays: {Fault}")]
        public static partial void Refused(ILogger logger, string fault);
    }
}

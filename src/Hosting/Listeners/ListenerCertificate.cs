using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Platform.Hosting.Startup;

namespace Platform.Hosting.Listeners;

/// <summary>
/// The certificate that https listeners present from the next handshake on. Connections keep the one they began with, so replacing it drops none (TR-3).
/// What is not good is not taken: the old one stays.
/// </summary>
public sealed class ListenerCertificate
{
    private static readonly Meter Meter = new("Platform.Listeners");
    private static readonly Counter<long> Loads = Meter.CreateCounter<long>("platform.tls.certificate.loads", "{load}", "Changed certificate files, taken or refused.");

    private readonly TlsOptions _options;
    private volatile Loaded _loaded;
    private string _served;
    private string? _fault;

    private ListenerCertificate(TlsOptions options, Loaded loaded, string digest)
    {
        (_options, _loaded, _served) = (options, loaded, digest);
        Meter.CreateObservableGauge("platform.tls.certificate.expires", () => NotAfter.ToUnixTimeSeconds(), "s", "When the served certificate expires, in seconds since 1970.");
    }

    /// <summary>End of the served certificate's validity.</summary>
    public DateTimeOffset NotAfter => new(_loaded.Certificate.NotAfter);

    internal SslStreamCertificateContext Context => _loaded.Context;

    /// <exception cref="StartupException">The files hold no certificate that may be served now.</exception>
    public static ListenerCertificate Load(TlsOptions options, TimeProvider clock)
    {
        var files = CertificateFiles.Read(options);
        return new ListenerCertificate(options, new Loaded(files.Load(clock.GetUtcNow())), files.Digest());
    }

    /// <summary>True for the certificate that is served now: how a part of this process knows the listener that it calls.</summary>
    public bool Is(X509Certificate? other) => other is not null && CryptographicOperations.FixedTimeEquals(other.GetRawCertData(), _loaded.Certificate.RawData);

    /// <summary>Looks at the files. True when they changed and are served from now on.</summary>
    /// <param name="now">Decides whether the new one is valid.</param>
    /// <param name="refused">Why a changed one is not taken, told once for each change; null otherwise.</param>
    internal bool TryReload(DateTimeOffset now, out string? refused)
    {
        refused = null;
        try
        {
            var files = CertificateFiles.Read(_options);
            var digest = files.Digest();
            if (!string.Equals(digest, _served, StringComparison.Ordinal))
            {
                _loaded = new Loaded(files.Load(now));
                _served = digest;
                Loads.Add(1, new KeyValuePair<string, object?>("outcome", "taken"));
                _fault = null;
                return true;
            }

            _fault = null;
        }
        catch (StartupException fault) when (string.Equals(fault.Message, _fault, StringComparison.Ordinal))
        {
            // Told before. It is tried again at each look: its writer may be half done, or its time may come.
        }
        catch (StartupException fault)
        {
            (_fault, refused) = (fault.Message, fault.Message);
            Loads.Add(1, new KeyValuePair<string, object?>("outcome", "refused"));
        }

        return false;
    }

    private sealed class Loaded((X509Certificate2 Certificate, X509Certificate2Collection Intermediates) read)
    {
        public X509Certificate2 Certificate => read.Certificate;

        // Offline: what is sent is what the operator gave, and nothing is downloaded to complete it.
        public SslStreamCertificateContext Context { get; } = SslStreamCertificateContext.Create(read.Certificate, read.Intermediates, offline: true);
    }
}

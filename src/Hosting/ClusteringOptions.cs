using System.Net;
using FluentValidation;
using Platform.Hosting.Startup;

namespace Platform.Hosting;

/// <summary>Whether this process is the whole platform, or one of several on a common database.</summary>
public sealed class ClusteringOptions
{
    /// <summary><c>Embedded</c>, the default: one process, everything in its data directory. <c>PostgreSql</c>: as many as there are, on one database.</summary>
    public string Mode { get; set; } = "Embedded";

    /// <summary>Of the database. A secret: only as a reference, <c>secret:name</c>.</summary>
    public Redacted ConnectionString { get; set; } = Redacted.Empty;

    /// <summary>A file whose first line is the connection string, mode 0600 and ours; in place of <see cref="ConnectionString"/>.</summary>
    public string ConnectionStringFile { get; set; } = "";

    /// <summary>The silos that find each other: 1 to 40 of a-z, 0-9 and -. Default <c>mocopr</c>.</summary>
    public string ClusterId { get; set; } = "mocopr";

    /// <summary>The address at which the other silos reach this one. Default 127.0.0.1.</summary>
    public string AdvertisedAddress { get; set; } = "127.0.0.1";

    /// <summary>The address that the silo listens on. Empty, the default: the advertised one.</summary>
    public string ListenAddress { get; set; } = "";

    /// <summary>PEM of this silo's certificate, with both extended key usages, and of its key. Beyond loopback silos speak mTLS and nothing else.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM of the private key, mode 0600 and ours.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>PEM of the authorities that sign silos, and nothing else: whoever they signed is believed to be a silo.</summary>
    public string AuthorityFile { get; set; } = "";

    /// <summary>How long a silo that is stopped goes on serving after it said that it is not ready. Default 0 s, at most 1 min.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.Zero;

    public bool IsCluster() => Mode is "PostgreSql";

    public bool IsEncrypted() => CertificateFile.Length > 0;

    /// <summary>Of a validated value.</summary>
    public IPAddress Advertised() => IPAddress.Parse(AdvertisedAddress);

    /// <inheritdoc cref="Advertised"/>
    public IPAddress Listen() => IPAddress.Parse(ListenAddress.Length == 0 ? AdvertisedAddress : ListenAddress);
}

/// <summary>All of it at once, each fault with its cure.</summary>
public sealed class ClusteringOptionsValidator : AbstractValidator<ClusteringOptions>
{
    private const int MaxClusterId = 40;
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMinutes(1);

    public ClusteringOptionsValidator()
    {
        RuleFor(options => options.Mode).Must(mode => mode is "Embedded" or "PostgreSql")
            .WithMessage(options => $"Platform:Cluster:Mode is '{options.Mode}'; choose Embedded or PostgreSql.");
        RuleFor(options => options).Must(options => options.IsCluster() ? Connections(options) == 1 : Connections(options) == 0).OverridePropertyName(nameof(ClusteringOptions.ConnectionString))
            .WithMessage(options => options.IsCluster()
                ? "Platform:Cluster:ConnectionString and Platform:Cluster:ConnectionStringFile: PostgreSql needs one of them; write a reference, secret:name, or name a file."
                : "Platform:Cluster:ConnectionString is for Platform:Cluster:Mode=PostgreSql; set that, or remove it.");
        RuleFor(options => options.ClusterId).Must(id => id.Length is > 0 and <= MaxClusterId && id.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c) || c == '-'))
            .WithMessage(options => $"Platform:Cluster:ClusterId is '{options.ClusterId}'; write 1 to {MaxClusterId} of a-z, 0-9 and -.");
        RuleFor(options => options.AdvertisedAddress).Must(text => Read(text) is { } address && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
            .WithMessage(options => $"Platform:Cluster:AdvertisedAddress is '{options.AdvertisedAddress}'; write the one address at which the other silos reach this one.");
        RuleFor(options => options.ListenAddress).Must(text => text.Length == 0 || Read(text) is not null)
            .WithMessage(options => $"Platform:Cluster:ListenAddress is '{options.ListenAddress}'; write an address, or leave it empty.");
        RuleFor(options => options.CertificateFile).Must((options, _) => Files(options) is 0 or 3)
            .WithMessage("Platform:Cluster:CertificateFile, KeyFile and AuthorityFile go together; name all three, or none.");
        RuleFor(options => options.CertificateFile).Must((options, file) => file.Length > 0 || !options.IsCluster() || IsLocal(options))
            .WithMessage(options => $"Platform:Cluster:CertificateFile is empty, and other machines reach this silo at {options.AdvertisedAddress}; silos believe each other, so name certificate, key and authority (docs/cluster.md).");
        RuleFor(options => options.Drain).InclusiveBetween(TimeSpan.Zero, LongestDrain)
            .WithMessage(options => $"Platform:Cluster:Drain is {options.Drain}; choose 00:00:00 to 00:01:00.");
    }

    private static int Connections(ClusteringOptions options) => (options.ConnectionString.Reveal().Length > 0 ? 1 : 0) + (options.ConnectionStringFile.Length > 0 ? 1 : 0);

    private static int Files(ClusteringOptions options) => new[] { options.CertificateFile, options.KeyFile, options.AuthorityFile }.Count(file => file.Length > 0);

    // What cannot be read is no local address; its own rule says so.
    private static bool IsLocal(ClusteringOptions options) =>
        new[] { options.AdvertisedAddress, options.ListenAddress }.All(text => text.Length == 0 || (Read(text) is { } address && IPAddress.IsLoopback(address)));

    private static IPAddress? Read(string text) => IPAddress.TryParse(text, out var address) ? address : null;
}

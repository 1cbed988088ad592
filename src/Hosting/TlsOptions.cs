namespace Platform.Hosting;

/// <summary>The certificate of the https listeners. Files, never values: no option takes a secret.</summary>
public sealed class TlsOptions
{
    /// <summary>PEM with the certificate first and its intermediates after it, or PFX (<c>.pfx</c>, <c>.p12</c>). Read again when it changes. Empty: no listener is https.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM of the private key. Empty: it is in <see cref="CertificateFile"/>.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>A file whose first line is the password of the key, or of the PFX. Empty: there is none.</summary>
    public string KeyPasswordFile { get; set; } = "";

    internal bool IsPfx => CertificateFile.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase) || CertificateFile.EndsWith(".p12", StringComparison.OrdinalIgnoreCase);
}

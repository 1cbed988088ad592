using Platform.Abstractions.ClientCertificates;

namespace Platform.Grains.ClientCertificates;

public sealed record ClientCertificateState
{
    /// <summary>Grows with each change, so that who knows one version need not be sent it again.</summary>
    public long Version { get; init; }

    /// <summary>Newest first.</summary>
    public ClientCertificateView[] Registrations { get; init; } = [];

    /// <summary>Those that some registration names.</summary>
    public TrustedAuthority[] Authorities { get; init; } = [];
}

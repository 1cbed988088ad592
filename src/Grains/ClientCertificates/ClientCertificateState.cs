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

    /// <summary>What is kept of the lists of authorities that no registration names any more, the longest without one first.</summary>
    public KnownList[] Lists { get; init => field = value ?? []; } = [];
}

/// <summary>How new the last revocation list of an authority was.</summary>
/// <param name="Authority">Its thumbprint.</param>
/// <param name="ThisUpdate">As the list said.</param>
public sealed record KnownList(string Authority, DateTimeOffset ThisUpdate);

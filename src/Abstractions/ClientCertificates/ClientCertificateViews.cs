using Platform.Abstractions.Identity;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.ClientCertificates;

/// <summary>One registration. It names either a certificate, or an authority and a name.</summary>
[GenerateSerializer, Alias("client-certificate-view"), Immutable]
public sealed record ClientCertificateView
{
    /// <summary>Most registrations of one tenant.</summary>
    public const int Most = 200;

    /// <summary><c>crt_</c> and 12 characters: what the audit trail calls a caller's credential.</summary>
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Name { get; init; }
    [Id(2)] public required string Principal { get; init; }

    /// <summary>SHA-256 of the one certificate, lower-case hex.</summary>
    [Id(3)] public string? Thumbprint { get; init; }

    /// <summary>SHA-256 of the authority's certificate, lower-case hex.</summary>
    [Id(4)] public string? Authority { get; init; }

    /// <summary>The name that the authority must have certified.</summary>
    [Id(5)] public CertificateName? Subject { get; init; }
    [Id(6)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(7)] public required string CreatedBy { get; init; }

    /// <summary>When the registration ends, whatever the certificate says; never, when absent.</summary>
    [Id(8)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Until when the authority's revocation list is fresh: after that nothing of this authority is taken. Null when there is none.</summary>
    [Id(9)] public DateTimeOffset? RevocationListUntil { get; init; }
}

/// <summary>An authority that some registration names, and what it revoked.</summary>
[GenerateSerializer, Alias("trusted-authority"), Immutable]
public sealed record TrustedAuthority
{
    [Id(0)] public required string Thumbprint { get; init; }

    /// <summary>DER.</summary>
    [Id(1)] public required byte[] Certificate { get; init; }

    /// <summary>DER; null when none was ever given. One that was given is asked for good.</summary>
    [Id(2)] public byte[]? RevocationList { get; init; }
}

/// <summary>All that an API node needs to judge certificates of one tenant, to be kept for seconds only.</summary>
[GenerateSerializer, Alias("certificate-trust"), Immutable]
public sealed record CertificateTrust
{
    [Id(0)] public required long Version { get; init; }
    [Id(1)] public required ClientCertificateView[] Registrations { get; init; }
    [Id(2)] public required TrustedAuthority[] Authorities { get; init; }
}

/// <summary>What an API node learns about the principal of a registration, to be kept for seconds only.</summary>
[GenerateSerializer, Alias("certificate-verdict"), Immutable]
public sealed record CertificateVerdict
{
    [Id(0)] public required TenantId Tenant { get; init; }
    [Id(1)] public required string Registration { get; init; }
    [Id(2)] public required string Principal { get; init; }

    /// <summary>What the principal may do; conditions are judged for each request.</summary>
    [Id(3)] public required AccessRule[] Rules { get; init; }
    [Id(4)] public required RateLimitRule RateLimit { get; init; }
}

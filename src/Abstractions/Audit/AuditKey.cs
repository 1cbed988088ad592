using System.Diagnostics.CodeAnalysis;
using Platform.Abstractions.SigningKeys;

namespace Platform.Abstractions.Audit;

/// <summary>A public key of the audit key ring, as the key before it signs it; the first signs itself.</summary>
public sealed record AuditKey
{
    /// <summary>Of the statement.</summary>
    public const string Type = "audit-key";

    /// <summary>Version of this form: 1.</summary>
    public required int V { get; init; }

    /// <summary>1 for the first key, without gaps.</summary>
    public required int Number { get; init; }

    /// <summary>Thumbprint of <see cref="Jwk"/> (RFC 7638), which statements name as their <c>kid</c>.</summary>
    public required string Kid { get; init; }

    public required PublicJwk Jwk { get; init; }

    /// <summary>It signs from this instant on, and the key before no longer.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Thumbprint of the key before; null for the first.</summary>
    public string? Previous { get; init; }

    /// <summary>The canonical bytes: what is signed.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.AuditKey);

    /// <summary>Reads the canonical bytes; nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out AuditKey? key) =>
        AuditJson.TryRead(payload, AuditJson.Default.AuditKey, out key) && key.V == 1 && string.Equals(key.Kid, AuditStatement.Thumbprint(key.Jwk), StringComparison.Ordinal);
}

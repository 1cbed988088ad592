using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Audit;

/// <summary>What is signed of a bundle as a whole. The statement is the comment of the zip file, filled up with spaces to <see cref="Size"/> bytes.</summary>
public sealed record BundleSeal
{
    /// <summary>Of the statement.</summary>
    public const string Type = "audit-bundle";

    /// <summary>Bytes of the zip file's comment, which is its end.</summary>
    public const int Size = 1_024;

    /// <summary>Version of this form: 1.</summary>
    public required int V { get; init; }

    public required string Tenant { get; init; }

    /// <summary>SHA-256 of all bytes of the file before its comment; hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The canonical bytes: what is signed.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.BundleSeal);

    /// <summary>Reads the canonical bytes; nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out BundleSeal? seal) =>
        AuditJson.TryRead(payload, AuditJson.Default.BundleSeal, out seal) && seal.V == 1;
}

using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Audit;

/// <summary>What is signed of the erasure of a person: what was removed, when, and on whose word. Holds numbers and ids, nothing of what was known of the person.</summary>
public sealed record ErasureRecord
{
    /// <summary>Of the statement.</summary>
    public const string Type = "principal-erasure";

    /// <summary>Version of this form: 1.</summary>
    public required int V { get; init; }

    public required string Tenant { get; init; }

    /// <summary>The id that the audit trail goes on naming, and that nobody is given again.</summary>
    public required string Principal { get; init; }

    /// <summary>When it was asked for. Nobody was let in under the id from then on.</summary>
    public required DateTimeOffset Asked { get; init; }

    public required string AskedBy { get; init; }

    /// <summary>True when API keys that the person had made for services were left as they were.</summary>
    public required bool KeptIssuedKeys { get; init; }

    /// <summary>When everything was gone; the time of the signature.</summary>
    public required DateTimeOffset Erased { get; init; }

    /// <summary>What there was when the erasure began.</summary>
    public required RemovedThings[] Removed { get; init; }

    /// <summary>The canonical bytes: what is signed.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.ErasureRecord);

    /// <summary>Reads the canonical bytes; nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out ErasureRecord? record) =>
        AuditJson.TryRead(payload, AuditJson.Default.ErasureRecord, out record) && record.V == 1;
}

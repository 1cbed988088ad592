using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Audit;

/// <summary>What is signed of the end of a shard's chain at one moment, sealed or not.</summary>
public sealed record AuditCheckpoint
{
    /// <summary>Of the statement.</summary>
    public const string Type = "audit-checkpoint";

    /// <summary>Version of this form: 1.</summary>
    public required int V { get; init; }

    public required string Tenant { get; init; }

    public required string Shard { get; init; }

    /// <summary>Sequence of the last record; 0 when there is none.</summary>
    public required long Sequence { get; init; }

    /// <summary>Hash of the last record in the chain; hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>How many segments are sealed.</summary>
    public required long Segments { get; init; }

    /// <summary>Hash of the statement of the last sealed segment; <see cref="SegmentHeader.None"/> when there is none.</summary>
    public required string Segment { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The canonical bytes: what is signed.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.AuditCheckpoint);

    /// <summary>Reads the canonical bytes; nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out AuditCheckpoint? checkpoint) =>
        AuditJson.TryRead(payload, AuditJson.Default.AuditCheckpoint, out checkpoint) && checkpoint.V == 1;
}

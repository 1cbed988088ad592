using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Audit;

/// <summary>
/// What is signed of a sealed segment: a stretch of one shard's chain that gets no further records. Signed headers stay when the records are deleted, so that
/// what remains is still one chain.
/// </summary>
public sealed record SegmentHeader
{
    /// <summary>Of the statement.</summary>
    public const string Type = "audit-segment";

    /// <summary>A segment is sealed at so many records.</summary>
    public const int MostRecords = 10_000;

    /// <summary>What the first segment says of the one before it.</summary>
    public static readonly string None = new('0', 64);

    /// <summary>A segment that has a record is sealed after this time.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromHours(1);

    /// <summary>Version of this form: 1.</summary>
    public required int V { get; init; }

    public required string Tenant { get; init; }

    public required string Shard { get; init; }

    /// <summary>1 for the first segment of the shard, without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>Sequence of the first record.</summary>
    public required long First { get; init; }

    /// <summary>Sequence of the last record.</summary>
    public required long Last { get; init; }

    /// <summary>Hash of the first record in the chain; hexadecimal.</summary>
    public required string FirstHash { get; init; }

    /// <summary>Hash of the last record in the chain; hexadecimal.</summary>
    public required string LastHash { get; init; }

    /// <summary>RFC 6962 root with the records as leaves; hexadecimal.</summary>
    public required string Root { get; init; }

    /// <summary>Hash of the statement of the segment before; <see cref="None"/> for the first.</summary>
    public required string Previous { get; init; }

    /// <summary>When the first record happened.</summary>
    public required DateTimeOffset Opened { get; init; }

    /// <summary>When the last record happened.</summary>
    public required DateTimeOffset Closed { get; init; }

    /// <summary>When it was signed.</summary>
    public required DateTimeOffset Sealed { get; init; }

    /// <summary>The canonical bytes: what is signed.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.SegmentHeader);

    /// <summary>Reads the canonical bytes; nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out SegmentHeader? header) =>
        AuditJson.TryRead(payload, AuditJson.Default.SegmentHeader, out header) && header.V == 1;
}

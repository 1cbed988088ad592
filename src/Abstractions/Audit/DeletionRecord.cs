using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Audit;

/// <summary>What is signed of the end of a tenant: what was removed, when, and by whom. Holds numbers and ids, nothing of what the tenant kept.</summary>
public sealed record DeletionRecord
{
    /// <summary>Of the statement.</summary>
    public const string Type = "tenant-deletion";

    /// <summary>Who is named when the grace ran out and nobody asked.</summary>
    public const string Nobody = "system";

    /// <summary>Version of this form: 1.</summary>
    public required int V { get; init; }

    public required string Tenant { get; init; }

    public required string Slug { get; init; }

    /// <summary>True when another tenant may have the slug.</summary>
    public required bool SlugReleased { get; init; }

    /// <summary>When the tenant was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was deleted.</summary>
    public required DateTimeOffset Deleted { get; init; }

    public required string DeletedBy { get; init; }

    /// <summary>When the purge began.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>Who began it before the grace was over, or <see cref="Nobody"/>.</summary>
    public required string PurgedBy { get; init; }

    /// <summary>When everything was gone; the time of the signature.</summary>
    public required DateTimeOffset Purged { get; init; }

    /// <summary>What there was when the purge began.</summary>
    public required RemovedThings[] Removed { get; init; }

    /// <summary>Sequence of the last event in the tenant's audit trail, which stays for its retention.</summary>
    public required long TrailSequence { get; init; }

    /// <summary>SHA-256 of the signed checkpoint over it; hexadecimal.</summary>
    public required string TrailCheckpoint { get; init; }

    /// <summary>The canonical bytes: what is signed.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.DeletionRecord);

    /// <summary>Reads the canonical bytes; nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out DeletionRecord? record) =>
        AuditJson.TryRead(payload, AuditJson.Default.DeletionRecord, out record) && record.V == 1;
}

/// <summary>How many of one kind.</summary>
/// <param name="Kind">Such as <c>rows/memory-resource</c>, <c>secrets</c>, <c>oauth</c>.</param>
/// <param name="Count">When the purge began.</param>
public sealed record RemovedThings(string Kind, long Count);

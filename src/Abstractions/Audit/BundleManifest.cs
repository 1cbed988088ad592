using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Audit;

/// <summary>What a bundle says of itself, for its reader; <c>manifest.json</c>.</summary>
public sealed record BundleManifest
{
    /// <summary>Names of the files of a bundle, in the order in which they are written.</summary>
    public const string SegmentsFile = "segments.jws", CheckpointFile = "checkpoint.jws", RecordsFile = "records.jsonl", KeysFile = "keys.jws", ManifestFile = "manifest.json", PrunedFile = "pruned.jws";

    /// <summary>Version of the bundle's form: 1.</summary>
    public required int V { get; init; }

    public required string Tenant { get; init; }

    public required string Shard { get; init; }

    /// <summary>Sequence of the first record in it; one more than <see cref="Last"/> when there is none.</summary>
    public required long First { get; init; }

    /// <summary>Sequence of the last record in it.</summary>
    public required long Last { get; init; }

    /// <summary>Sealed segments whose headers are in it.</summary>
    public required long Segments { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The canonical bytes.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.BundleManifest);

    /// <summary>Reads the canonical bytes; nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out BundleManifest? manifest) =>
        AuditJson.TryRead(bytes, AuditJson.Default.BundleManifest, out manifest) && manifest.V == 1;
}

using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Audit;

/// <summary>What a witness is given of a platform checkpoint, and keeps: a line of JSON. The root that is signed covers all heads, so that those given suffice together with those given before.</summary>
[GenerateSerializer, Alias("witness-record"), Immutable]
public sealed record WitnessRecord
{
    /// <summary>Version of this form: 1.</summary>
    [Id(0)] public required int V { get; init; }

    /// <summary>Of the checkpoint.</summary>
    [Id(1)] public required long Number { get; init; }

    /// <summary>The signed <see cref="PlatformCheckpoint"/>.</summary>
    [Id(2)] public required string Statement { get; init; }

    /// <summary>True when all heads are here; else those that changed since the number before, sequence 0 for a trail that is no more.</summary>
    [Id(3)] public required bool Full { get; init; }

    [Id(4)] public required TrailHead[] Heads { get; init; }

    /// <summary>One line, without its end.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.WitnessRecord);

    /// <summary>Reads what <see cref="Write"/> made; nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out WitnessRecord? record) =>
        AuditJson.TryRead(line, AuditJson.Default.WitnessRecord, out record) && record.V == 1
        && PlatformCheckpoint.TryRead(record.Statement, out _, out var checkpoint) && checkpoint.Number == record.Number;
}

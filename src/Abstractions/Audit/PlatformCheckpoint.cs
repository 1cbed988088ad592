using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Audit;

/// <summary>What is signed of the ends of all trails at one moment. Names no tenant: whoever has a trail's head can be shown that it is in the root.</summary>
public sealed record PlatformCheckpoint
{
    /// <summary>Of the statement.</summary>
    public const string Type = "platform-checkpoint";

    /// <summary>Version of this form: 1.</summary>
    public required int V { get; init; }

    /// <summary>1 for the first, without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>How many trails there are: leaves of the tree.</summary>
    public required long Trails { get; init; }

    /// <summary>RFC 6962 root with the <see cref="TrailHead"/>s as leaves, in their order; hexadecimal.</summary>
    public required string Root { get; init; }

    /// <summary>Hash of the statement before; <see cref="SegmentHeader.None"/> for the first.</summary>
    public required string Previous { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The canonical bytes: what is signed.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.PlatformCheckpoint);

    /// <summary>Reads the canonical bytes; nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out PlatformCheckpoint? checkpoint) =>
        AuditJson.TryRead(payload, AuditJson.Default.PlatformCheckpoint, out checkpoint) && checkpoint.V == 1;

    /// <summary>Reads a statement without judging its signature.</summary>
    public static bool TryRead(string? compact, [NotNullWhen(true)] out AuditStatement? statement, [NotNullWhen(true)] out PlatformCheckpoint? checkpoint)
    {
        checkpoint = null;
        return AuditStatement.TryRead(compact, Type, out statement) && TryRead(statement.Payload, out checkpoint);
    }
}

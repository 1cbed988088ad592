using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Audit;

/// <summary>
/// What is signed of records that are no longer kept: whole sealed segments from the first one on. Their headers stay, so that the rest is still one chain; without this statement a missing
/// record was taken away by somebody else.
/// </summary>
[GenerateSerializer, Alias("pruned-trail"), Immutable]
public sealed record PrunedTrail
{
    /// <summary>Of the statement.</summary>
    public const string Type = "audit-pruned";

    /// <summary>Version of this form: 1.</summary>
    [Id(0)] public required int V { get; init; }

    [Id(1)] public required string Tenant { get; init; }

    [Id(2)] public required string Shard { get; init; }

    /// <summary>Number of the last segment whose records are gone.</summary>
    [Id(3)] public required long Segment { get; init; }

    /// <summary>Sequence of its last record.</summary>
    [Id(4)] public required long Through { get; init; }

    /// <summary>Hash of that record in the chain; hexadecimal.</summary>
    [Id(5)] public required string Hash { get; init; }

    /// <summary>Days that records were kept; with fewer than <see cref="SetAuditRetention.LeastDays"/> it is no statement of ours.</summary>
    [Id(6)] public required int Days { get; init; }

    [Id(7)] public required DateTimeOffset At { get; init; }

    /// <summary>The canonical bytes: what is signed.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.PrunedTrail);

    /// <summary>Reads the canonical bytes; nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out PrunedTrail? pruned) =>
        AuditJson.TryRead(payload, AuditJson.Default.PrunedTrail, out pruned) && pruned.V == 1 && pruned.Days >= SetAuditRetention.LeastDays;

    /// <summary>Reads a statement without judging its signature.</summary>
    public static bool TryRead(string? compact, [NotNullWhen(true)] out AuditStatement? statement, [NotNullWhen(true)] out PrunedTrail? pruned)
    {
        pruned = null;
        return AuditStatement.TryRead(compact, Type, out statement) && TryRead(statement.Payload, out pruned);
    }
}

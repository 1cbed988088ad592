namespace Platform.Abstractions.Audit;

/// <summary>The proof that a trail's head is in a platform checkpoint.</summary>
/// <param name="Statement">The signed <see cref="PlatformCheckpoint"/>.</param>
/// <param name="Head">The leaf.</param>
/// <param name="Index">Place of the leaf, from 0.</param>
/// <param name="Path">Hashes from the leaf's neighbour up to the root; hexadecimal.</param>
[GenerateSerializer, Alias("audit-inclusion"), Immutable]
public sealed record AuditInclusion([property: Id(0)] string Statement, [property: Id(1)] TrailHead Head, [property: Id(2)] int Index, [property: Id(3)] string[] Path)
{
    /// <summary>True when the ring signed the checkpoint, and the head is in it.</summary>
    public bool Holds(AuditKeyChain keys) =>
        PlatformCheckpoint.TryRead(Statement, out var statement, out var checkpoint)
        && keys.Check(statement, checkpoint.At, out _) is null
        && HeadTree.Includes(Head, Index, checkpoint.Trails, Path, checkpoint.Root);
}

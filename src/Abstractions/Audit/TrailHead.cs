namespace Platform.Abstractions.Audit;

/// <summary>Where one trail ended at one moment: a leaf of a platform checkpoint.</summary>
[GenerateSerializer, Alias("trail-head"), Immutable]
public sealed record TrailHead
{
    /// <summary>Id of the tenant, or <c>_sys</c>.</summary>
    [Id(0)] public required string Tenant { get; init; }

    [Id(1)] public required string Shard { get; init; }

    /// <summary>Of the last record. 0 says that there is no such trail any more.</summary>
    [Id(2)] public required long Sequence { get; init; }

    /// <summary>Of the last record in the chain; hexadecimal.</summary>
    [Id(3)] public required string Hash { get; init; }

    /// <summary>The canonical bytes: the leaf.</summary>
    public byte[] Write() => AuditJson.Write(this, AuditJson.Default.TrailHead);

    /// <summary>The order of leaves: by tenant, then by shard, ordinal.</summary>
    public static int Compare(TrailHead one, TrailHead other) =>
        string.CompareOrdinal(one.Tenant, other.Tenant) is not 0 and var byTenant ? byTenant : string.CompareOrdinal(one.Shard, other.Shard);
}

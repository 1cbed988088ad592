using System.Text.Json.Serialization;

namespace Platform.Abstractions.Audit;

/// <summary>A trail in the store is not what was signed, or witnessed, of it before. It stands until an operator accepts it.</summary>
[GenerateSerializer, Alias("audit-finding"), Immutable]
public sealed record AuditFinding
{
    /// <summary>In the place of a shard: the checkpoints themselves are at fault, and the sequence is a checkpoint's number.</summary>
    public const string Checkpoints = "checkpoints";

    [Id(0)] public required Guid Id { get; init; }

    /// <summary>Id of the tenant, or <c>_sys</c>.</summary>
    [Id(1)] public required string Tenant { get; init; }

    [Id(2)] public required string Shard { get; init; }

    /// <summary>The first record that is missing, or the one that is another now.</summary>
    [Id(3)] public required long Sequence { get; init; }

    /// <summary>One of <see cref="AuditFault"/>.</summary>
    [Id(4)] public required string Fault { get; init; }

    /// <summary>The end that was seen before; null when the checkpoints are at fault.</summary>
    [Id(5)] public TrailHead? Seen { get; init; }

    /// <summary>Who saw it: a witness by its name, or <c>checkpoint</c>.</summary>
    [Id(6)] public required string By { get; init; }

    /// <summary>When it was noticed.</summary>
    [Id(7)] public required DateTimeOffset At { get; init; }

    [JsonIgnore]
    public (string Tenant, string Shard) Trail => (Tenant, Shard);
}

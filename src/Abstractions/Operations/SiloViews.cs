using System.Text.Json.Serialization;

namespace Platform.Abstractions.Operations;

/// <summary>How a silo stands in its cluster.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SiloState>))]
public enum SiloState
{
    /// <summary>It is over: it left, or the others declared it so.</summary>
    [JsonStringEnumMemberName("dead")] Dead = 0,
    [JsonStringEnumMemberName("starting")] Starting = 1,
    [JsonStringEnumMemberName("active")] Active = 2,
    [JsonStringEnumMemberName("stopping")] Stopping = 3,
}

/// <summary>A process of the cluster.</summary>
public sealed record SiloView
{
    public required string Name { get; init; }

    /// <summary>Where the others reach it, and when it started.</summary>
    public required string Address { get; init; }

    public required SiloState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it last said that it lives; a minute old is nothing unusual.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>What it says of itself; null when it is not active, or did not answer in time.</summary>
    public SiloLoad? Load { get; init; }
}

/// <summary>What a silo has to do.</summary>
public sealed record SiloLoad
{
    /// <summary>Grains in memory.</summary>
    public required int Grains { get; init; }

    /// <summary>Of all its processors.</summary>
    public required double CpuPercentage { get; init; }

    public required long MemoryBytes { get; init; }

    /// <summary>What the process may use at most.</summary>
    public required long MemoryLimit { get; init; }

    /// <summary>It refuses work so as not to fall over.</summary>
    public required bool IsOverloaded { get; init; }
}

/// <summary>How many grains of one kind are in memory.</summary>
/// <param name="Kind">As the code calls it.</param>
/// <param name="Count">On all silos.</param>
/// <param name="Silos">Silos that have any.</param>
public sealed record GrainCount(string Kind, int Count, int Silos);

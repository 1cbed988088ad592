using System.Text.Json.Serialization;

namespace Platform.Abstractions.Operations;

/// <summary>Whether the trails are watched, witnessed and sent on, as the process that answers sees it.</summary>
public sealed record AuditHealthView
{
    /// <summary>What is wrong with checkpoints, witnesses or trails, for people; null when nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>Of the last platform checkpoint; of the start of this process while it knows of none.</summary>
    public required DateTimeOffset CheckpointAt { get; init; }

    /// <summary>Trails that are not what was seen of them, and that no operator accepted.</summary>
    public required int Findings { get; init; }

    public required WitnessHealth[] Witnesses { get; init; }

    public required SinkHealth[] Sinks { get; init; }
}

/// <summary>One witness.</summary>
/// <param name="Name">Its kind.</param>
/// <param name="BehindSince">Since when it has lacked a checkpoint; null when it has all.</param>
public sealed record WitnessHealth(string Name, DateTimeOffset? BehindSince);

/// <summary>One sink; names no tenant and no place.</summary>
/// <param name="Name">Of the sink.</param>
/// <param name="State">As of the last attempt.</param>
/// <param name="Behind">Events that are stored and were not taken yet.</param>
/// <param name="Oldest">When the oldest of them happened; null when there is none.</param>
/// <param name="Taken">When it took something last; null when it did not since the start.</param>
public sealed record SinkHealth(string Name, SinkHealthState State, long Behind, DateTimeOffset? Oldest, DateTimeOffset? Taken);

/// <summary>How a sink is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SinkHealthState>))]
public enum SinkHealthState
{
    /// <summary>It did not take what it was given last, or nothing was tried yet.</summary>
    [JsonStringEnumMemberName("failing")] Failing = 0,

    /// <summary>It takes what it is given.</summary>
    [JsonStringEnumMemberName("ok")] Ok = 1,

    /// <summary>Another process of the cluster feeds it.</summary>
    [JsonStringEnumMemberName("standby")] Standby = 2,
}

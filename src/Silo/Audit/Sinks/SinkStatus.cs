using System.Text.Json.Serialization;

namespace Platform.Silo.Audit.Sinks;

/// <summary>How a sink is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SinkState>))]
internal enum SinkState
{
    /// <summary>It did not take what it was given last, or nothing was tried yet.</summary>
    [JsonStringEnumMemberName("failing")] Failing = 0,

    /// <summary>It takes what it is given.</summary>
    [JsonStringEnumMemberName("ok")] Ok = 1,

    /// <summary>Another process of the cluster feeds it.</summary>
    [JsonStringEnumMemberName("standby")] Standby = 2,
}

/// <summary>One sink, for people and machines that watch; names no tenant and no place.</summary>
/// <param name="Name">Of the sink.</param>
/// <param name="State">As of the last attempt.</param>
/// <param name="Behind">Events that are stored and were not taken yet.</param>
/// <param name="Oldest">When the oldest of them happened; null when there is none.</param>
/// <param name="Taken">When it took something last; null when it did not since the start.</param>
internal sealed record SinkStatus(string Name, SinkState State, long Behind, DateTimeOffset? Oldest, DateTimeOffset? Taken);

using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Sessions;
using Platform.Grains.Storage;

namespace Platform.Grains.Sessions;

public sealed record ConsoleSessionState : IProjected
{
    public static readonly TimeSpan Absolute = TimeSpan.FromHours(12);
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    public string Id { get; init; } = "";
    public string Principal { get; init; } = "";
    public byte[] Hash { get; init; } = [];
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Exact to a minute; kept on disk because the idle clock must outlive the activation.</summary>
    public DateTimeOffset LastUsedAt { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public string? Address { get; init; }
    public string? Agent { get; init; }
    public bool SecondFactor { get; init; }

    /// <summary>Of the login that opened it.</summary>
    public int Generation { get; init; }

    /// <summary>A session of before there were lists has no id of its own, and is in none.</summary>
    [JsonIgnore]
    public string? Info => Id.Length == 0 ? null : JsonSerializer.Serialize(Entry(), GrainStateJson.Default.SessionEntry);

    public SessionEntry Entry() => new()
    {
        Id = Id,
        Principal = Principal,
        OpenedAt = OpenedAt,
        LastUsedAt = LastUsedAt,
        ExpiresAt = ExpiresAt ?? default,
        Address = Address,
        Agent = Agent,
        SecondFactor = SecondFactor,
    };

    /// <summary>True once nobody can use it any more, whether or not its row is still there.</summary>
    public static bool IsOver(SessionEntry entry, DateTimeOffset now) => now >= entry.ExpiresAt || now - entry.LastUsedAt > Idle;
}

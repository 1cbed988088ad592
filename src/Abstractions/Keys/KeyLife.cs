using System.Text.Json.Serialization;

namespace Platform.Abstractions.Keys;

/// <summary>How long a key lives, for those who do not want to count days.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyLife>))]
public enum KeyLife
{
    [JsonStringEnumMemberName("30d")] Month = 0,
    [JsonStringEnumMemberName("90d")] Quarter = 1,
    [JsonStringEnumMemberName("180d")] HalfYear = 2,
    [JsonStringEnumMemberName("1y")] Year = 3,
    [JsonStringEnumMemberName("never")] Never = 4,
}

/// <summary>The presets as spans of time.</summary>
public static class KeyLives
{
    /// <summary>Null for a key that does not expire.</summary>
    public static TimeSpan? Span(this KeyLife life) => life switch
    {
        KeyLife.Quarter => TimeSpan.FromDays(90),
        KeyLife.HalfYear => TimeSpan.FromDays(180),
        KeyLife.Year => TimeSpan.FromDays(365),
        KeyLife.Never => null,
        _ => TimeSpan.FromDays(30),
    };
}

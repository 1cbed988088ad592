using System.Text.Json.Serialization;

namespace Platform.Abstractions.Identity;

/// <summary>How sure the platform is of who asks: by the kind of credential. The default satisfies no condition that names a level.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrustLevel>))]
public enum TrustLevel
{
    [JsonStringEnumMemberName("none")] None = 0,

    /// <summary>A bearer secret alone, such as an API key.</summary>
    [JsonStringEnumMemberName("low")] Low = 1,

    /// <summary>A person's password, or what comes of it.</summary>
    [JsonStringEnumMemberName("medium")] Medium = 2,

    /// <summary>A second factor, or a client certificate.</summary>
    [JsonStringEnumMemberName("high")] High = 3,
}

/// <summary>A day of the week, by the clock of a condition's time zone.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Weekday>))]
public enum Weekday
{
    [JsonStringEnumMemberName("sunday")] Sunday = 0,
    [JsonStringEnumMemberName("monday")] Monday = 1,
    [JsonStringEnumMemberName("tuesday")] Tuesday = 2,
    [JsonStringEnumMemberName("wednesday")] Wednesday = 3,
    [JsonStringEnumMemberName("thursday")] Thursday = 4,
    [JsonStringEnumMemberName("friday")] Friday = 5,
    [JsonStringEnumMemberName("saturday")] Saturday = 6,
}

/// <summary>A part of each day, from the first instant of one minute to the first of another; over midnight when it ends before it begins.</summary>
/// <param name="From">Included, as <c>HH:mm</c>.</param>
/// <param name="To">Excluded, as <c>HH:mm</c>; <c>24:00</c> is the end of the day.</param>
[GenerateSerializer, Alias("daily-window"), Immutable]
public sealed record DailyWindow([property: Id(0)] string From, [property: Id(1)] string To);

/// <summary>When a role applies. Every member that is there must hold; one without members is refused.</summary>
[GenerateSerializer, Alias("access-condition"), Immutable]
public sealed record AccessCondition
{
    [Id(0)] public DailyWindow? Time { get; init; }

    /// <summary>The day on which the request is made; one of them.</summary>
    [Id(1)] public Weekday[]? Weekdays { get; init; }

    /// <summary>IANA name of the clock by which time and weekday are read; UTC when absent.</summary>
    [Id(2)] public string? TimeZone { get; init; }

    /// <summary>Addresses and CIDR networks of the client; one of them.</summary>
    [Id(3)] public string[]? Addresses { get; init; }

    /// <summary>At least this one.</summary>
    [Id(4)] public TrustLevel? TrustLevel { get; init; }

    /// <summary>Each of these.</summary>
    [Id(5)] public AccessCondition[]? AllOf { get; init; }

    /// <summary>At least one of these.</summary>
    [Id(6)] public AccessCondition[]? AnyOf { get; init; }
}

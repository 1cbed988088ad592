using System.Text.Json.Serialization;

namespace Platform.Abstractions.Secrets;

/// <summary>Whether a secret is where it should be.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SecretState>))]
public enum SecretState
{
    /// <summary>It is needed and the vault does not have it.</summary>
    [JsonStringEnumMemberName("missing")] Missing = 0,

    /// <summary>The vault has it. Whether it gives it is for the versions to say.</summary>
    [JsonStringEnumMemberName("kept")] Kept = 1,

    /// <summary>Nothing uses it any more; it is deleted as soon as the vault does.</summary>
    [JsonStringEnumMemberName("leaving")] Leaving = 2,
}

/// <summary>What may be told of a secret. There is no place here for its value.</summary>
[GenerateSerializer, Alias("secret-view"), Immutable]
public sealed record SecretView
{
    /// <summary>As the platform names it; a shared vault puts a prefix before it.</summary>
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required SecretUse Use { get; init; }

    /// <summary>Which of them: ids, settings, or what for.</summary>
    [Id(2)] public required string[] UsedBy { get; init; }

    [Id(3)] public required SecretState State { get; init; }

    /// <summary>How many versions the vault has.</summary>
    [Id(4)] public required int VersionCount { get; init; }

    /// <summary>The newest of them, newest first.</summary>
    [Id(5)] public required SecretVersionView[] Versions { get; init; }
}

/// <summary>A version of a secret.</summary>
/// <param name="Id">The vault's own.</param>
/// <param name="CreatedAt">When the vault got it.</param>
/// <param name="Enabled">False: the vault refuses it.</param>
/// <param name="ExpiresAt">From then on it is refused; null is never.</param>
[GenerateSerializer, Alias("secret-version-view"), Immutable]
public sealed record SecretVersionView([property: Id(0)] string Id, [property: Id(1)] DateTimeOffset CreatedAt, [property: Id(2)] bool Enabled, [property: Id(3)] DateTimeOffset? ExpiresAt);

/// <summary>Secrets in the order of their names.</summary>
/// <param name="Items">May be fewer than were asked for.</param>
/// <param name="Next">The name to go on after; null on the last page.</param>
[GenerateSerializer, Alias("secret-page"), Immutable]
public sealed record SecretPage([property: Id(0)] SecretView[] Items, [property: Id(1)] string? Next);

namespace Platform.Abstractions.Keys;

/// <summary>Which keys of a list are wanted; what is null says nothing.</summary>
[GenerateSerializer, Alias("key-filter"), Immutable]
public sealed record KeyFilter
{
    [Id(0)] public KeyStatus? Status { get; init; }
    [Id(1)] public string? Principal { get; init; }
    [Id(2)] public KeyKind? Kind { get; init; }

    /// <summary>A part of the name, whatever the case of its letters.</summary>
    [Id(3)] public string? Name { get; init; }

    /// <summary>Only keys that end before it; those that never end do not.</summary>
    [Id(4)] public DateTimeOffset? ExpiresBefore { get; init; }

    /// <summary>The order of the list: the newest first where it is false.</summary>
    [Id(5)] public bool OldestFirst { get; init; }

    /// <param name="key">As it is at the instant of the question.</param>
    public bool Wants(KeyView key) =>
        (Status is null || key.Status == Status)
        && (Principal is null || string.Equals(key.Principal, Principal, StringComparison.Ordinal))
        && (Kind is null || key.Kind == Kind)
        && (Name is null || key.Name.Contains(Name, StringComparison.OrdinalIgnoreCase))
        && (ExpiresBefore is null || key.ExpiresAt < ExpiresBefore);
}
